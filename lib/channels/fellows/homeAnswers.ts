import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { ErrorOptions } from '../messages/replyText.js';
import type { Admitting, Answer } from '../table/room.js';
import type { FellowProcess } from './fellowProcess.js';
import { type FailureThere, frames } from './frames.js';

/** How the process of a channel answers what a client of another node has said: once. */
export function answerOf(answering: Answering, pid: Pid, ref: number | undefined): Answer {
  const { broker, fellow, name, to } = answering;
  if (ref !== undefined) {
    return {
      isAwaited: true,
      done: (payload) => succeed(answering, ref, payload),
      fail: (code, text, options) => fail(answering, ref, code, text, options),
    };
  }
  let isOver = false;
  return {
    isAwaited: false,
    done: () => {},
    fail: (code, text, options) => {
      if (isOver) return broker.stray(name);
      isOver = true;
      fellow.tell(to, frames.refused, [name, pid, failureOf(code, text, options)]);
    },
  };
}

/** The same of a join. */
export function admittingOf(answering: Answering, ref: number): Admitting {
  const { broker, name } = answering;
  const refuse: Admitting['refuse'] = (code, text, options) =>
    fail(answering, ref, code, text, options);
  return {
    accept: ({ filter, transform, ...joining }) => {
      try {
        if (filter !== undefined || transform !== undefined) throw new TypeError(FUNCTIONS);
        succeed(answering, ref, joining);
      } catch (error) {
        broker.report(`the answer of ${name} to a join on another node`, error);
        refuse('internal', 'Internal error');
      }
    },
    refuse,
  };
}

/** Whom an answer is for. */
export interface Answering {
  readonly broker: Broker;
  readonly fellow: Pick<FellowProcess, 'tell'>;
  readonly name: string;
  /** The fellow that waits. */
  readonly to: Pid;
  /** It was given. */
  over(): void;
}

/** As JSON, so that it is what a client of this node would get. @throws TypeError for what has none. */
function succeed({ fellow, name, to, over }: Answering, ref: number, value: unknown): void {
  const json = JSON.stringify(value ?? null) as string | undefined;
  if (json === undefined) throw new TypeError(`a value of type ${typeof value} has no JSON`);
  over();
  fellow.tell(to, frames.answer, [name, ref, json, undefined]);
}

function fail(
  { fellow, name, to, over }: Answering,
  ref: number,
  code: string,
  text: string | undefined,
  options: ErrorOptions | undefined,
): void {
  over();
  fellow.tell(to, frames.answer, [name, ref, undefined, failureOf(code, text, options)]);
}

/** With the details as their JSON, because an issue of a schema may be anything. */
const failureOf = (
  code: string,
  text: string | undefined,
  options: ErrorOptions = {},
): FailureThere => [code, text, JSON.stringify(options)];

const FUNCTIONS = 'filter and transform are functions, which do not get to another node';
