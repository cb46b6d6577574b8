import { marblesOf, type Row } from '../../.ci/drawMarbles.js';
import type { Diagram } from './diagram.js';
import type { Said } from './said.js';

/** The right side of the page: tests, diagrams, and what has been printed. */
export class Results {
  readonly #tests = byId('tests');
  readonly #diagrams = byId('diagrams');
  readonly #printed = byId('printed');
  readonly #status = byId('status');
  #failed = 0;

  clear(): void {
    for (const each of [this.#tests, this.#diagrams, this.#printed]) each.replaceChildren();
    this.#failed = 0;
  }

  status(text: string): void {
    this.#status.textContent = text;
  }

  show(said: Exclude<Said, { type: 'over' }>): void {
    if (said.type === 'drawn') this.#diagrams.replaceChildren(...said.diagrams.map(figureOf));
    if (said.type === 'printed') this.#print(said.text, said.isError ? 'error' : '');
    if (said.type === 'tested') this.#test(said);
    if (said.type === 'failed') {
      this.#failed += 1;
      this.#print(said.text, 'error');
    }
  }

  over(why: string): void {
    const failed = this.#failed === 0 ? '' : ` ${this.#failed} failed.`;
    this.status(`${why}${failed}`);
    if (this.#diagrams.childElementCount === 0) {
      const hint = make('p', 'hint');
      hint.textContent = 'No process, and no marble test, has run.';
      this.#diagrams.append(hint);
    }
  }

  #test({ name, error }: Extract<Said, { type: 'tested' }>): void {
    const item = make('li', error === undefined ? 'passed' : 'failed');
    item.textContent = `${error === undefined ? '✓ passes' : '✗ fails'}: ${name}`;
    if (error !== undefined) {
      this.#failed += 1;
      item.append(preOf(error, `Why ${name} fails`));
    }
    this.#tests.append(item);
  }

  #print(text: string, kind: string): void {
    if (this.#printed.childElementCount >= MAX_LINES) return;
    const line = make('span', kind);
    const isLast = this.#printed.childElementCount === MAX_LINES - 1;
    line.textContent = isLast ? '… and more, which is not shown\n' : `${text}\n`;
    this.#printed.append(line);
  }
}

const MAX_LINES = 500;

/** A diagram as a picture, and below as the text that a spec would have. */
function figureOf({ title, text }: Diagram): HTMLElement {
  const figure = make('figure');
  const caption = make('figcaption');
  caption.textContent = title;
  const { rows, letters } = read(text);
  const { width, height, content } = marblesOf(rows, letters, 'name');
  const picture = make('div', 'picture');
  picture.tabIndex = 0;
  picture.role = 'group';
  picture.ariaLabel = `Marbles of ${title}, drawn; the text below says the same`;
  // Made of texts that `marblesOf` escapes.
  picture.innerHTML = `<svg class="marbles" aria-hidden="true" viewBox="0 0 ${width} ${height}" width="${width * SCALE}" height="${height * SCALE}">${content}</svg>`;
  figure.append(caption, picture, preOf(text, `Marbles of ${title}, as a text`));
  return figure;
}

/** Of the size of the drawing. */
const SCALE = 0.72;

/** The rows of a text, and a short name for each letter: the topic, or what kind of thing it is. */
function read(text: string): { rows: Row[]; letters: Map<string, string> } {
  const [above = '', ...below] = text.split('\n\n');
  const rows = above
    .split('\n')
    .map((line) => ({ name: line.slice(0, 10).trim(), text: line.slice(10) }));
  const entries = [...below.join('\n').matchAll(/^(\S) {2}(.*)$/gmu)];
  return {
    rows,
    letters: new Map(entries.map(([, sign = '', value = '']) => [sign, nameOf(value)])),
  };
}

function nameOf(value: string): string {
  const [, name = ''] =
    /topic: '([^']*)'/.exec(value) ??
    /(?:kind|type): '([^']*)'/.exec(value) ??
    /^(\w+)/.exec(value) ??
    [];
  return name.slice(name.lastIndexOf('.') + 1).slice(0, 9);
}

function preOf(text: string, name: string): HTMLElement {
  const pre = make('pre');
  pre.textContent = text;
  pre.tabIndex = 0;
  pre.role = 'group';
  pre.ariaLabel = name;
  return pre;
}

function make(tag: string, name = ''): HTMLElement {
  const made = document.createElement(tag);
  if (name !== '') made.className = name;
  return made;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
