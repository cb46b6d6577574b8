import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { ErrorOptions } from '../messages/replyText.js';
import type { Admitting, Answer } from '../table/room.js';
import type { FellowProcess } from './fellowProcess.js';
import { type FailureThere, frames } from './frames.js';

/** How the process of a channel answers a client of another node: once, by its JSON, as for one of this node. */
export class FarAnswer {
  readonly #to: Whither;
  readonly #over: () => void;

  /** `over`: it was given. */
  constructor(to: Whither, over: () => void) {
    this.#to = to;
    this.#over = over;
  }

  /** To a request. */
  toRequest(ref: number): Answer {
    return {
      isAwaited: true,
      done: (payload) => this.#succeed(ref, payload),
      fail: (...why) => this.#fail(ref, why),
      refuse: (...why) => this.#fail(ref, why, true),
    };
  }

  /** To what has no id: only that it was refused is told (CP10). */
  toMessage(pid: Pid): Answer {
    const { broker, own, name, node } = this.#to;
    let isOver = false;
    const fail: Answer['fail'] = (...why) => {
      if (isOver) return broker.stray(name);
      isOver = true;
      own.tell(node, frames.refused, [name, pid, failureOf(why)]);
    };
    return { isAwaited: false, done: () => {}, fail, refuse: fail };
  }

  toJoin(ref: number): Admitting {
    const { broker, name } = this.#to;
    const refuse: Admitting['refuse'] = (...why) => this.#fail(ref, why);
    return {
      accept: ({ filter, transform, ...joining }) => {
        try {
          if (filter !== undefined || transform !== undefined) throw new TypeError(FUNCTIONS);
          this.#succeed(ref, joining);
        } catch (error) {
          broker.report(`the answer of ${name} to a join on another node`, error);
          refuse('internal', 'Internal error');
        }
      },
      refuse,
    };
  }

  /** @throws TypeError for what has no JSON */
  #succeed(ref: number, value: unknown): void {
    const json = JSON.stringify(value ?? null) as string | undefined;
    if (json === undefined) throw new TypeError(`a value of type ${typeof value} has no JSON`);
    const { own, name, node } = this.#to;
    this.#over();
    own.tell(node, frames.answer, [name, ref, json, undefined]);
  }

  #fail(ref: number, why: Failure, isRefusal = false): void {
    const { own, name, node } = this.#to;
    this.#over();
    own.tell(node, frames.answer, [name, ref, undefined, failureOf(why, isRefusal)]);
  }
}

/** Where an answer goes. */
export interface Whither {
  readonly broker: Broker;
  readonly own: Pick<FellowProcess, 'tell'>;
  /** The channel. */
  readonly name: string;
  /** The fellow of the node that waits. */
  readonly node: Pid;
}

type Failure = [code: string, text?: string | undefined, options?: ErrorOptions | undefined];

/** With the details as their JSON, because an issue of a schema may be anything. */
const failureOf = ([code, text, options = {}]: Failure, isRefusal = false): FailureThere => [
  ...([code, text, JSON.stringify(options)] as const),
  isRefusal,
];

const FUNCTIONS = 'filter and transform are functions, which do not get to another node';
