// Whether a tag may be published: `node .ci/checkRelease.mjs v1.2.3`, in a workflow the tag that started it. The package,
// its lock and CHANGELOG.md have to be of that version; all that is not so is told at once.
import { readFileSync } from 'node:fs';
import { argv, env, exit } from 'node:process';

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const tag = argv[2] ?? env.GITHUB_REF_NAME ?? '';
const [, wanted] = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag) ?? [];

const wrong = wanted === undefined ? [`the tag '${tag}' is no version, such as v1.2.3`] : faults(wanted);
for (const each of wrong) console.error(each);
if (wrong.length > 0) exit(1);
console.log(`${tag} may be published`);

function faults(wanted) {
  const versions = ['package.json', 'package-lock.json'].map((name) => [name, JSON.parse(read(name)).version]);
  const others = versions.filter(([, version]) => version !== wanted);
  const texts = others.map(([name, version]) => `${name} is of ${version}`);
  const headings = [...read('CHANGELOG.md').matchAll(/^## (\S+)(.*)$/gm)];
  const [heading, , rest] = headings.find(([, version]) => version === wanted) ?? [];
  if (heading === undefined) texts.push(`CHANGELOG.md has no heading '## ${wanted}'`);
  else if (/unreleased/i.test(rest)) texts.push(`CHANGELOG.md says '${heading}': put the date there`);
  return texts;
}
