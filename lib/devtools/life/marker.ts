import type { Command, TraceEvent } from '../../core/index.js';
import { commandName, Letters, messageName, signalName } from '../../runtime/index.js';
import { cutText } from '../views/cutText.js';
import { reasonText } from '../views/eventText.js';
import { shownPayload } from '../views/shownPayload.js';
import type { Mark } from '../wire/life.js';

/** Makes marbles of what is traced; what is shown of payloads decides the letters, so that equal marbles look equal. */
export class Marker {
  #letters = new Letters();
  readonly #payloads: boolean;

  constructor(payloads: boolean) {
    this.#payloads = payloads;
  }

  /** The marble of an event, without its number; `undefined` for one that has none. */
  markOf(event: TraceEvent): Omit<Mark, 'n'> | undefined {
    const drawn = readDrawn(event);
    if (drawn === undefined) return undefined;
    const { row, value, to } = drawn;
    const name = cutText(drawn.name);
    const text = this.#payloads && value !== undefined ? shownPayload(value.of) : undefined;
    return {
      ...{ at: event.at, pid: event.pid, row, name },
      letter: SIGNS[row] ?? this.#letterOf(`${name} ${text ?? ''}`, cutText(drawn.short)),
      ...(text !== undefined && { text }),
      ...(typeof to === 'string' && { to }),
    };
  }

  #letterOf(code: string, name: string): string {
    // What is remembered is as long as what was said.
    if (this.#letters.size >= MOST_LETTERS) this.#letters = new Letters();
    return this.#letters.of(code, name);
  }
}

/** So many values have letters; then these begin anew. */
const MOST_LETTERS = 2_000;

/** What a diagram has of its own. */
const SIGNS: Partial<Record<Mark['row'], string>> = { end: '|' };

/** How an event is drawn. */
interface Drawn {
  readonly row: Mark['row'];
  readonly name: string;
  /** What its letter is to remind of. */
  readonly short: string;
  /** What its payload is, if it has one. */
  readonly value?: { readonly of: unknown };
  readonly to?: string;
}

/** What is emitted may be anything, by the slip of somebody who writes without types; then its process ends by it. */
function readDrawn(event: TraceEvent): Drawn | undefined {
  try {
    return drawnOf(event);
  } catch {
    return { row: 'commands', name: 'no command', short: 'no command' };
  }
}

function drawnOf(event: TraceEvent): Drawn | undefined {
  switch (event.type) {
    case 'received': {
      const { topic, payload } = event.message;
      const short = messageName(event.message);
      return { row: 'inbox', name: topic, short, value: { of: payload } };
    }
    case 'signal': {
      const short = signalName(event.signal);
      return { row: 'signals', name: event.signal.kind, short, value: { of: event.signal } };
    }
    case 'emitted':
      return drawnCommand('commands', event.command);
    case 'sent':
      return drawnCommand('self', event.command);
    case 'called':
      return {
        ...{ row: 'self', name: `call ${event.topic}`, short: event.topic },
        ...{ value: { of: event.payload }, to: event.to },
      };
    case 'answered':
      return {
        ...{ row: 'inbox', name: `reply ${event.topic}`, short: event.topic },
        value: { of: event.payload },
      };
    case 'asked':
      return { row: 'self', name: event.what, short: event.what, to: event.target };
    case 'exited':
      return { row: 'end', name: reasonText(event.reason), short: '' };
    default:
      return undefined;
  }
}

function drawnCommand(row: 'commands' | 'self', command: Command): Drawn {
  const short = commandName(command);
  switch (command?.type) {
    case 'send':
    case 'sendAfter':
    case 'every': {
      const { topic, payload, to, type } = command;
      const name = type === 'send' ? topic : `${type} ${topic}`;
      return { row, name, short, value: { of: payload }, to };
    }
    case 'broadcast': {
      const { topic, payload, group } = command;
      return { row, name: `broadcast ${topic}`, short: topic, value: { of: payload }, to: group };
    }
    case 'reply':
      return {
        row,
        name: `reply ${command.message?.topic}`,
        short,
        value: { of: command.payload },
      };
    case 'join':
    case 'leave':
      return { row, name: short, short, to: command.group };
    default:
      return { row, name: short, short, value: { of: command } };
  }
}
