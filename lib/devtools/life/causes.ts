import type { Message, TraceEvent } from '../../core/index.js';

/**
 * What has made what (DV12): a command, the message that its process has received last in the same turn; a message, the
 * command that it is. A message is not told whose command it was, so it is known by its sender, topic and payload, which are
 * the very same ones. What a process does later, in a timer or after a promise, has no cause that could be known.
 */
export class Causes {
  /** By process: the turn of the last message, and the number of its marble. */
  readonly #received = new Map<string, { readonly turn: number; readonly n: number }>();
  /** Commands whose messages have not come yet: these come in later turns. */
  #commands: readonly Sending[] = [];
  readonly #made = new WeakMap<Message, number>();

  /**
   * The number of the marble that has made this one.
   *
   * @param n that of this event's own marble @param turn that runs; `undefined`: none
   */
  of(event: TraceEvent, n: number, turn: number | undefined): number | undefined {
    if (event.type === 'received') {
      if (turn !== undefined) this.#received.set(event.pid, { turn, n });
      return this.#made.get(event.message);
    }
    const received = this.#received.get(event.pid);
    return received !== undefined && received.turn === turn ? received.n : undefined;
  }

  /** An event has this number: if it sends something, that is tied to it when it arrives. */
  sent(event: TraceEvent, n: number): void {
    const what = readSent(event);
    if (what === undefined) return;
    this.#commands = [...this.#commands, { ...what, from: event.pid, n }].slice(-MOST);
  }

  /** A message has come to somebody who is recorded. */
  arrived(message: Message): void {
    const sending = this.#commands.find((command) => isOf(message, command));
    if (sending === undefined) return;
    this.#made.set(message, sending.n);
    if (!sending.isLasting) this.#commands = this.#commands.filter((each) => each !== sending);
  }

  /** Forgets a process that has ended. */
  forget(pid: string): void {
    this.#received.delete(pid);
    this.#commands = this.#commands.filter(({ from, isLasting }) => from !== pid || !isLasting);
  }
}

/** So many commands are waited for. */
const MOST = 64;

/** What will be a message. */
interface Sending extends Pick<Message, 'topic' | 'payload' | 'from'> {
  readonly n: number;
  /** Whether more than one message comes of it. */
  readonly isLasting: boolean;
}

const isOf = (message: Message, { from, topic, payload }: Sending): boolean =>
  message.from === from && message.topic === topic && Object.is(message.payload, payload);

/** A command that cannot be read sends nothing. */
function readSent(event: TraceEvent): ReturnType<typeof sentBy> {
  try {
    return sentBy(event);
  } catch {
    return undefined;
  }
}

function sentBy(event: TraceEvent): Pick<Sending, 'topic' | 'payload' | 'isLasting'> | undefined {
  if (event.type === 'called')
    return { topic: event.topic, payload: event.payload, isLasting: false };
  if (event.type !== 'emitted' && event.type !== 'sent') return undefined;
  const { command } = event;
  switch (command?.type) {
    case 'send':
    case 'sendAfter':
    case 'every':
    case 'broadcast': {
      const { topic, payload, type } = command;
      return { topic, payload, isLasting: type === 'every' || type === 'broadcast' };
    }
    default:
      return undefined;
  }
}
