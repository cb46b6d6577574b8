/** A row of a marble diagram, as a spec has it. */
export interface Row {
  readonly name: string;
  readonly text: string;
}

/** The rows of the first marble test in a text, and what its letters stand for. */
export function readRows(markdown: string): { rows: Row[]; letters: Map<string, string> } {
  const [test = ''] = markdown.split('expectObservable(');
  const rows = [...test.matchAll(/const (\w+) = (?:hot\()?'\s*([-^!|#()\w ]+)'/g)].map(
    ([, name = '', text = '']): Row => ({ name, text }),
  );
  const letters = [...test.matchAll(/\b(\w): (?:message|send)\(.*?\b(ws\.\w+)/g)];
  return { rows, letters: new Map(letters.map(([, letter = '', topic = '']) => [letter, topic])) };
}

const COLUMN = 62;
const ROW = 84;
const RADIUS = 19;
/** Where the time lines begin, with the text of each row before it or without. */
const LEFT = { text: 190, name: 118 };
const TOP = 46;

/** As wide as a pause is drawn, in columns, however it is written. */
const PAUSE = 2.5;

/** Where the column of a text is on its line. */
type Place = (column: number) => number;

/** Pauses are drawn shorter than they are written; all rows have them in the same columns. */
function placesOf(rows: readonly Row[], columns: number): Place {
  const widths = Array.from({ length: columns + 1 }, () => COLUMN);
  for (const { 0: sign, 1: time, index } of rows.flatMap(({ text }) => [...text.matchAll(SIGN)])) {
    if (time !== undefined) widths.fill((PAUSE * COLUMN) / sign.length, index, index + sign.length);
  }
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, each) => sum + each, 0));
  return (column) => (starts[column] ?? 0) + RADIUS;
}

/** Rows of marbles as an SVG: a column of the text is an instant, a letter a circle with its name below. */
export function drawMarbles(rows: readonly Row[], letters: ReadonlyMap<string, string>): string {
  const { width, height, content } = marblesOf(rows, letters, 'text');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escaped(rows.map(({ name, text }) => `${name} ${text}`).join(', '))}</title>
<style>${STYLE}</style>
<rect class="card" x="1" y="1" width="${width - 2}" height="${height - 2}" rx="16"/>
${content}
</svg>
`;
}

/** The same without the frame and its colours, for a page that has its own. */
export function marblesOf(
  rows: readonly Row[],
  letters: ReadonlyMap<string, string>,
  before: keyof typeof LEFT,
): { width: number; height: number; content: string } {
  const columns = Math.max(...rows.map(({ text }) => text.length));
  const at = placesOf(rows, columns);
  const drawn = rows.map((row, i) => {
    const y = TOP + i * ROW;
    const line = row.text.includes('^')
      ? span(row.text, at)
      : values(row.text, columns, letters, at);
    return `<g transform="translate(0 ${y})">${label(row, before)}<g transform="translate(${LEFT[before]})">${line}</g></g>`;
  });
  return {
    width: LEFT[before] + at(columns) - RADIUS + 24,
    height: TOP + rows.length * ROW - 24,
    content: drawn.join('\n'),
  };
}

function label({ name, text }: Row, before: keyof typeof LEFT): string {
  if (before === 'name') return `<text class="name" x="12" y="5">${escaped(name)}</text>`;
  return `<text class="name" x="24" y="-4">${name}</text><text class="code" x="24" y="16">${escaped(text)}</text>`;
}

/** What stands in a row: a pause as a time, the beginning of a group, and what takes one column. */
const SIGN = / (\d+(?:ms|s|m)) |\([^)]*\)|[^-\s()]/gu;

function values(
  text: string,
  columns: number,
  letters: ReadonlyMap<string, string>,
  at: Place,
): string {
  const signs = [...text.matchAll(SIGN)];
  const marbles = signs.flatMap(({ 0: sign, 1: time, index }) => {
    if (time !== undefined)
      return [pause(time, (at(index) + at(index + sign.length)) / 2 - RADIUS)];
    return sign.startsWith('(')
      ? group(sign, index, letters, at)
      : marble(sign, at(index), letters);
  });
  const end = text.search(/[|#]/);
  const to = end < 0 ? at(columns) - RADIUS : at(end);
  const tip = end < 0 ? `<path class="tip" d="M${to - 7} -6l7 6l-7 6"/>` : '';
  return `<path class="time" d="M0 0H${to}"/>${tip}${marbles.join('\n')}`;
}

function marble(letter: string, x: number, letters: ReadonlyMap<string, string>): string {
  if (letter === '|') return `<path class="end" d="M${x} -15v30"/>`;
  if (letter === '#') return `<path class="end" d="M${x - 11} -11l22 22M${x - 11} 11l22 -22"/>`;
  const topic = letters.get(letter) ?? '';
  return `<g class="${escaped(topic.replace('.', '-'))}"><circle cx="${x}" r="${RADIUS}"/>
<text class="letter" x="${x}" y="6">${escaped(letter)}</text><text class="topic" x="${x}" y="37">${escaped(topic)}</text></g>`;
}

/** What happens in one instant: side by side, with a line around. */
function group(
  text: string,
  column: number,
  letters: ReadonlyMap<string, string>,
  at: Place,
): string[] {
  const inside = [...text.slice(1, -1)];
  const width = (inside.length + 1) * COLUMN;
  return [
    `<rect class="group" x="${at(column) - 6}" y="-25" width="${width + 12}" height="50" rx="25"/>`,
    ...inside.map((letter, i) => marble(letter, at(column + 1 + i), letters)),
  ];
}

/** Time in which nothing happens: it is written, since it would be too long to draw. */
const pause = (time: string, x: number): string =>
  `<text class="pause" x="${x}" y="-8">${time}</text>`;

function span(text: string, at: Place): string {
  const [start, end] = [at(text.indexOf('^')), at(text.indexOf('!'))];
  return `<path class="span" d="M${start} 0H${end}"/><path class="mark" d="M${start} -9v18M${end} -9v18"/>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The colours of the start page, on a card of its own, so that it can be read on any page. */
const STYLE = `
svg { --card: #fff; --line: #e3e0ec; --text: #1c1a26; --soft: #6a6579; --accent: #6546e8;
  --join: #12824c; --message: #2563d8; --leave: #a75408; --on: #fff; }
@media (prefers-color-scheme: dark) {
  svg { --card: #1b1a24; --line: #322f41; --text: #edebf5; --soft: #a19cb3; --accent: #8a70ff;
    --join: #4fd08c; --message: #7eabff; --leave: #f2ab62; --on: #14101f; }
}
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--text); }
.card { fill: var(--card); stroke: var(--line); stroke-width: 2; }
.name { font-weight: 700; }
.code, .topic { fill: var(--soft); }
.code { white-space: pre; }
.topic { font-size: 12px; }
.letter, .topic { text-anchor: middle; }
.letter { font-size: 17px; font-weight: 700; fill: var(--on); }
path { fill: none; stroke: var(--soft); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.end { stroke: var(--text); stroke-width: 3.5; }
.span { stroke: var(--accent); stroke-width: 6; opacity: 0.35; }
.mark { stroke: var(--accent); stroke-width: 3; }
.ws-join { fill: var(--join); }
.ws-message { fill: var(--message); }
.ws-leave { fill: var(--leave); }
.ws-send { fill: var(--accent); }
`;
