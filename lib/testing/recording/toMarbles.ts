import { from, map, type Observable, type ObservableInput, toArray } from 'rxjs';
import type { TraceEvent } from '../../core/index.js';
import { commandName, Letters, messageName, signalName } from '../../runtime/index.js';
import { show } from '../marbles/show.js';
import { layOut, type Mark } from './layOut.js';
import { type Recording, type RecordingOptions, recordingOf } from './recording.js';

/**
 * Draws a recorded trace as marble rows, once it is complete: what the process read, its signals, the
 * commands it emitted, what it sent by `self`; below, what each letter means. One column is one instant,
 * counted from the process's first turn, and the rows are valid in `marbles` (I5): a longer pause is
 * `250ms`, `|` is the end, `#` a crash.
 *
 * A trace by PID completes with the process; end any other with `takeUntil`, or hand in an array.
 * Errors with `Invalid` when nothing was recorded, or several processes and no `pid`.
 *
 * @example toMarbles(system.trace(room)).subscribe(console.log)
 */
export function toMarbles(
  trace: ObservableInput<TraceEvent>,
  options: RecordingOptions = {},
): Observable<string> {
  return from(trace).pipe(
    toArray(),
    map((events) => draw(recordingOf(events, options))),
  );
}

function draw({ events, end }: Recording): string {
  const letters = new Letters();
  const legend = new Map<string, string>();
  const marks: Mark[] = [];
  const put = (row: string, at: number, name: string, text: string): void => {
    const sign = letters.of(text, name);
    legend.set(sign, text);
    marks.push({ at, row, sign, isCause: row === 'inbox' || row === 'signals' });
  };
  for (const event of events) {
    const { at, type } = event;
    if (type === 'received') put('inbox', at, messageName(event.message), show(event.message));
    else if (type === 'signal') put('signals', at, signalName(event.signal), show(event.signal));
    else if (type === 'emitted')
      put('commands', at, commandName(event.command), show(event.command));
    else if (type === 'sent') put('self', at, commandName(event.command), show(event.command));
    else if (type === 'exited' && (end === 'completed' || end === 'crashed')) {
      marks.push({ at, row: 'commands', sign: end === 'crashed' ? '#' : '|', isCause: false });
    }
  }
  const used = new Set(marks.map(({ row }) => row));
  const names = ['inbox', 'signals', 'commands', 'self'].filter(
    (row) => used.has(row) || row === 'inbox' || row === 'commands',
  );
  const { rows } = layOut(names, marks);
  const lines = names.map((name) => `${name.padEnd(10)}${rows.get(name)}`);
  return [...lines, '', ...[...legend].map(([sign, text]) => `${sign}  ${text}`)].join('\n');
}
