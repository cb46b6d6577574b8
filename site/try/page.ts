import examples from '../generated/examples.json';
import { openEditor } from './editor.js';
import type { Example } from './examples.js';
import { hashOf, textOf } from './hash.js';
import { Results } from './results.js';
import { Run } from './run.js';

/** The page `Try it`: an example is run at once, other code of a link when its reader says so. */
export async function startPage(): Promise<void> {
  const results = new Results();
  const [run, stop] = [button('run'), button('stop')];
  let current: Run | undefined;
  const start = (): void => {
    current?.stop();
    results.clear();
    run.disabled = true;
    stop.disabled = false;
    results.status('Running…');
    current = new Run(RUNNER, editor.text(), {
      next: (said) => results.show(said),
      over: (why) => {
        run.disabled = false;
        stop.disabled = true;
        results.over(why);
      },
    });
  };
  const editor = openEditor(element('editor'), start);
  run.onclick = start;
  stop.onclick = () => current?.stop('Stopped.');
  button('share').onclick = async () => {
    history.replaceState(history.state, '', await hashOf(editor.text()));
    results.status(await copied(location.href));
  };
  const select = element('example') as HTMLSelectElement;
  select.append(new Option('of the link', ''), ...examples.map(({ name }) => new Option(name)));
  const choose = (example: Example): void => {
    select.value = example.name;
    editor.setText(example.code);
    start();
  };
  select.onchange = () => {
    const chosen = examples.find(({ name }) => name === select.value);
    if (chosen !== undefined) choose(chosen);
  };
  const read = async (): Promise<void> => {
    try {
      const code = (await textOf(location.hash)) ?? FIRST?.code ?? '';
      const known = examples.find((example) => example.code === code);
      if (known !== undefined) return choose(known);
      // Whoever made the link wrote it, so that it is for the reader to run.
      current?.stop('');
      select.value = '';
      editor.setText(code);
      results.clear();
      results.status('This code came with the link: read it, then run it.');
    } catch {
      results.status('This link is not whole: its code cannot be read.');
    }
  };
  addEventListener('hashchange', read);
  await read();
}

/** Beside this file, wherever the site lies. */
const RUNNER = new URL('./runner.js', import.meta.url);

const FIRST = examples.find(({ name }) => name.endsWith('alarm.spec.ts')) ?? examples[0];

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
const button = (id: string): HTMLButtonElement => element(id) as HTMLButtonElement;

/** Puts a text where it can be pasted from; tells what has become of it. */
async function copied(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return 'The link is copied.';
  } catch {
    return 'The link stands in the address bar.';
  }
}
