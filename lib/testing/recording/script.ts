import type { Message, TraceEvent } from '../../core/index.js';
import { commandName, Letters, messageName, signalName } from '../../runtime/index.js';
import { isPlain } from '../marbles/comparable.js';
import { commandCode, messageCode, written } from './commandCode.js';
import type { Mark } from './layOut.js';
import { literal } from './literal.js';
import type { Recording } from './recording.js';

/** What of a recording a spec replays and expects: marks, and each row's values. */
export interface Script {
  readonly marks: readonly Mark[];
  readonly messages: Values;
  readonly signals: Values;
  /** Exits, by who was monitored. */
  readonly exits: ReadonlyMap<string, Values>;
  readonly commands: Values;
}

/** A row's values: the code of each letter. */
export type Values = ReadonlyMap<string, string>;

/** The row of a monitored process. */
export const exitRow = (target: string): string => `exit ${target}`;

export function scriptOf(recording: Recording): Script {
  const writer = new Writer();
  for (const event of recording.events) writer.take(event, recording.end);
  return writer;
}

class Writer implements Script {
  readonly marks: Mark[] = [];
  readonly messages = new Map<string, string>();
  readonly signals = new Map<string, string>();
  readonly exits = new Map<string, Map<string, string>>();
  readonly commands = new Map<string, string>();
  readonly #letters = new Letters();
  readonly #known = new Map<string, string>();

  take(event: TraceEvent, end: Recording['end']): void {
    const { at } = event;
    if (event.type === 'received') {
      const { message } = event;
      const code = written(`message ${message.topic}`, at, () => messageCode(message));
      const letter = this.#put('inbox', this.messages, at, messageName(message), code);
      this.#known.set(code, `messages.${letter}`);
    } else if (event.type === 'emitted' || event.type === 'sent') {
      const { command } = event;
      const name = commandName(command);
      const what = `command ${command.type === 'send' ? command.topic : name}`;
      const code = written(what, at, () => commandCode(command, this.#nameOf));
      const row = event.type === 'emitted' ? 'expected' : 'sent';
      this.#put(row, this.commands, at, name, code);
    } else if (event.type === 'signal') {
      this.#signal(event);
    } else if (event.type === 'exited' && (end === 'completed' || end === 'crashed')) {
      this.marks.push({ at, row: 'expected', sign: end === 'crashed' ? '#' : '|', isCause: false });
    }
  }

  /** A message that was received, also one that an operator as `ofEvent` has wrapped. */
  readonly #nameOf = (value: object): string | undefined => {
    if (!isMessage(value)) return undefined;
    const code = messageCode(value);
    return this.#known.get(code) ?? (isPlain(value) ? undefined : code);
  };

  /** Signals that the process receives itself; the runtime alone handles the others. */
  #signal({ at, signal }: Extract<TraceEvent, { readonly type: 'signal' }>): void {
    if (!signal.kind.startsWith('pid.')) return;
    const code = written(`signal ${signal.kind}`, at, () => literal(signal, signal.kind));
    if (signal.kind !== 'pid.exit') {
      this.#put('signals', this.signals, at, signalName(signal), code);
      return;
    }
    const values = this.exits.get(signal.from) ?? new Map<string, string>();
    this.exits.set(signal.from, values);
    this.#put(exitRow(signal.from), values, at, signalName(signal), code);
    this.marks.push({ at, row: exitRow(signal.from), sign: '|', isCause: false });
  }

  #put(row: string, values: Map<string, string>, at: number, name: string, code: string): string {
    const sign = this.#letters.of(code, name);
    values.set(sign, code);
    this.marks.push({ at, row, sign, isCause: values !== this.commands });
    return sign;
  }
}

const isMessage = (value: object): value is Message =>
  'topic' in value && typeof value.topic === 'string' && 'payload' in value && 'from' in value;
