import { from, map, type Observable, type ObservableInput, toArray } from 'rxjs';
import type { TraceEvent } from '../../core/index.js';
import { checkReplayable } from './checkReplayable.js';
import { written } from './commandCode.js';
import { layOut } from './layOut.js';
import { literal, quoted } from './literal.js';
import { isEvent, type Recording, type RecordingOptions, recordingOf } from './recording.js';
import { exitRow, type Script, scriptOf, type Values } from './script.js';

/**
 * Writes a jest spec from a recorded trace, once it is complete: it replays what the process read and
 * was told (messages, CANCEL, LINK_DOWN, the EXITs of processes monitored by PID) against the behaviour
 * in `marbles`, and expects the commands it emitted, what it sent by `self`, and its end (I6). Times are
 * the recorded ones, as `toMarbles` draws them (I5).
 *
 * Errors with `Invalid`, and writes nothing, where a replay would be a lie: a trace that begins after
 * the first turn, calls, spawns, `listen`, `monitorGroup`, upgrades, a `self.send` that gave false, last
 * words of a process ended from outside, and values that no literal can say, naming the topic. Promises
 * and generators are never virtual: the spec of one fails and says so.
 *
 * The room `recording` turns traces into text: begin here; `toMarbles` draws rows, `recording` collects
 * the events that both start from.
 *
 * @example
 * const trace$ = system.trace('room:lobby').pipe(takeUntil(enough$));
 * toSpec(trace$, { from: './rooms.js', name: 'room' }).subscribe((text) => writeFileSync(path, text));
 */
export function toSpec(
  trace: ObservableInput<TraceEvent>,
  options: SpecOptions,
): Observable<string> {
  return from(trace).pipe(
    toArray(),
    map((events) => {
      const recording = recordingOf(events, options);
      checkReplayable(recording);
      return write(recording, scriptOf(recording), options);
    }),
  );
}

/** Options of `toSpec`. */
export interface SpecOptions extends RecordingOptions {
  /** The module that exports the behaviour, as the spec imports it: `'./rooms.js'`. */
  readonly from: string;
  /** The name under which it exports it. */
  readonly name: string;
  /** The spec's title; default `<name> does what was recorded`. */
  readonly title?: string | undefined;
  /** Where `send`, `done` … come from; default `'rx-process'`. */
  readonly library?: string | undefined;
  /** Where `marbles`, `message` … come from; default `'rx-process/testing'`. */
  readonly kit?: string | undefined;
}

const MAKERS = [
  ...['broadcast', 'done', 'every', 'exit', 'join', 'leave', 'reply', 'report', 'send'],
  'sendAfter',
];

/** What an export may not be called where the spec has such a name itself. */
const TAKEN = new Set([
  ...MAKERS,
  ...['default', 'expect', 'it', 'fakeSelf', 'marbles', 'message', 'test', 'messages', 'commands'],
  ...['signals', 'hot', 'run', 'expectObservable', 'inbox', 'until', 'expected', 'sent', 'self'],
]);

const localName = ({ name }: SpecOptions): string => (TAKEN.has(name) ? 'recorded' : name);

function write(recording: Recording, script: Script, options: SpecOptions): string {
  const { title = `${options.name} does what was recorded` } = options;
  const { messages, commands, signals } = script;
  const values = [
    ...table('messages', messages),
    ...(signals.size > 0 ? table('signals', signals) : []),
    ...table('commands', commands),
  ].join('\n');
  return `${header(recording, values, options)}
const test = marbles((actual, expected) => expect(actual).toEqual(expected));
${values}

it(
  ${quoted(title)},
  test(({ hot, run, expectObservable }) => {
${body(recording, script, localName(options))}
  }),
);
`;
}

function header(recording: Recording, values: string, options: SpecOptions): string {
  const { from: module, name, library = 'rx-process', kit = 'rx-process/testing' } = options;
  const local = localName(options);
  const makers = MAKERS.filter((maker) => new RegExp(`^  \\S+: ${maker}\\(`, 'm').test(values));
  const count = (type: TraceEvent['type']): number => recording.events.filter(isEvent(type)).length;
  const tools = ['fakeSelf', 'marbles', ...(count('received') > 0 ? ['message'] : [])];
  return [
    `// Written from a trace of ${recording.pid}: ${count('received')} messages in,` +
      ` ${count('emitted') + count('sent')} commands out.`,
    "import { expect, it } from '@jest/globals';",
    ...(makers.length > 0 ? [`import { ${makers.join(', ')} } from ${quoted(library)};`] : []),
    `import { ${tools.join(', ')} } from ${quoted(kit)};`,
    `import { ${local === name ? name : `${name} as ${local}`} } from ${quoted(module)};`,
    '',
  ].join('\n');
}

function table(name: string, values: Values): string[] {
  const lines = [...values].map(([letter, code]) => `  ${letter}: ${code},`);
  return lines.length === 0 ? [`const ${name} = {};`] : [`const ${name} = {`, ...lines, '};'];
}

/** A diagram and the code around it. */
type Line = readonly [before: string, diagram: string, after: string];

function body(recording: Recording, script: Script, name: string): string {
  const { marks, signals, exits } = script;
  const targets = [...exits];
  const rows = [
    'inbox',
    'signals',
    ...targets.map(([target]) => exitRow(target)),
    'expected',
    'sent',
  ];
  const layout = layOut(rows, marks);
  const row = (of: string): string => layout.rows.get(of) ?? '';
  const isCut = recording.end === 'outside' || recording.end === 'open';
  const sends = marks.some((mark) => mark.row === 'sent');
  const lines: Line[] = [['const inbox = hot(', row('inbox'), ', messages);']];
  if (signals.size > 0) lines.push(['const signals$ = hot(', row('signals'), ', signals);']);
  for (const [i, [target, values]] of targets.entries()) {
    const each = [...values].map(([letter, code]) => `${letter}: ${code}`);
    lines.push([`const exit${i} = hot(`, row(exitRow(target)), `, { ${each.join(', ')} });`]);
  }
  if (isCut) lines.push(['const until = ', layout.until, ';']);
  lines.push(['const expected = ', row('expected'), ';']);
  if (sends) lines.push(['const sent = ', row('sent'), ';']);
  const until = isCut ? ', until' : '';
  const made = `run(${name}, inbox, self)${until}`;
  return [
    ...aligned(lines),
    `    const self = fakeSelf(${selfOptions(recording, script)});`,
    '',
    // First, so that what is sent while `until` ends the process is no longer heard.
    ...(sends ? [`    expectObservable(self.sent$${until}).toBe(sent, commands);`] : []),
    `    expectObservable(${made}).toBe(expected, commands${crash(recording)});`,
  ].join('\n');
}

/** One column is one instant: all diagrams begin in the same one. */
function aligned(lines: readonly Line[]): string[] {
  const column = Math.max(...lines.map(([before]) => before.length));
  return lines.map(
    ([before, diagram, after]) =>
      `    ${before}'${' '.repeat(column - before.length)}${diagram}'${after}`,
  );
}

/** What the process found in its `self`. */
function selfOptions({ pid, events }: Recording, { signals, exits }: Script): string {
  const args = events.find(isEvent('started'))?.args ?? [];
  const monitors = [...exits.keys()].map((target, i) => `${quoted(target)}: exit${i}`);
  const parts = [
    `pid: ${quoted(pid)}`,
    ...(args.length > 0 ? [`args: ${written('the spawn', 0, () => literal(args, 'args'))}`] : []),
    ...(signals.size > 0 ? ['signals$'] : []),
    ...(monitors.length > 0 ? [`monitor: { ${monitors.join(', ')} }`] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}

function crash({ end, events }: Recording): string {
  const exit = events.find(isEvent('exited'));
  if (end !== 'crashed' || exit?.reason.type !== 'error') return '';
  const { error } = exit.reason;
  return `, ${written('the crash', exit.at, () => literal(error, 'error'))}`;
}
