import type { Command, Message, TraceSignal } from '../../core/index.js';

/** Gives each value one letter, in all rows, that reminds of its name and is none of those taken. */
export class Letters {
  readonly #byValue = new Map<string, string>();
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** How many values have a letter. */
  get size(): number {
    return this.#byValue.size;
  }

  /** The letter of what `code` says; the same code is the same value. */
  of(code: string, name: string): string {
    const known = this.#byValue.get(code);
    if (known !== undefined) return known;
    const letter = this.#free(name);
    this.#byValue.set(code, letter);
    this.#taken.add(letter);
    return letter;
  }

  #free(name: string): string {
    const own = [...name].filter((char) => /^[a-z]$/i.test(char));
    const wanted = [...own, ...own.map((char) => char.toUpperCase()), ...SPARE];
    const free = wanted.find((char) => !this.#taken.has(char));
    return free ?? String.fromCodePoint(GREEK + this.#taken.size - SPARE.length);
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const SPARE = [...ALPHABET, ...ALPHABET.toUpperCase()];
/** Where letters go on after the Latin ones: Greek, and on from there. */
const GREEK = 0x3b1;

const lastSegment = (topic: string): string => topic.slice(topic.lastIndexOf('.') + 1);

export const messageName = ({ topic }: Message): string => lastSegment(topic);

export const commandName = (command: Command): string =>
  command?.type === 'send' || command?.type === 'sendAfter' || command?.type === 'every'
    ? lastSegment(command.topic)
    : String(command?.type);

export const signalName = ({ kind }: TraceSignal): string => lastSegment(kind);
