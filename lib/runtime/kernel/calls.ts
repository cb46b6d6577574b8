import { Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import {
  type CallOptions,
  checkDestination,
  checkTopic,
  durationOption,
  type Exit,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
  type Ref,
} from '../../core/index.js';
import { ProcessStream, type Source } from '../mailbox/processStream.js';
import type { Receiver } from '../queue/runQueue.js';
import type { Events } from '../telemetry/events.js';
import { type Directory, monitor, type Watcher } from '../ties/monitor.js';
import { gone, type Names } from './gone.js';
import type { Resident } from './resident.js';
import type { Foreign } from './route.js';
import { timedOut } from './timedOut.js';

/** The calls that wait for a reply, by ref (M13). A call ends with its subscription. */
export class Calls {
  readonly #kernel: CallKernel;
  readonly #pending = new Map<Ref, Caller>();
  /** Topics whose sender may wait for a reply or not: where it does not, a reply is for nobody, and no mistake. */
  readonly optional = new Set<string>();

  constructor(kernel: CallKernel) {
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** A cold call, from a process or from outside. Misuse throws at once, before any subscription (M2). */
  call(
    caller: Watcher | undefined,
    question: Question,
    options: CallOptions = {},
  ): Observable<unknown> {
    checkDestination(question.to);
    checkTopic(question.topic);
    knownOptions('call', options, { timeout: true, signal: true });
    const { timeout: given = TIMEOUT } = options;
    const timeout = durationOption('timeout', given);
    const source: Source<unknown> = {
      attach: (subscriber) => this.#ask(caller, question, timeout, options.signal, subscriber),
    };
    if (caller !== undefined) return new ProcessStream(caller, source);
    return new Observable((subscriber) => source.attach(subscriber));
  }

  /** Replies to a call, once, in order with everything else that this process sends; else a drop event. */
  reply(from: Pid, message: Message, payload: unknown): void {
    const { ref } = message;
    const caller = ref === undefined ? undefined : this.#pending.get(ref);
    if (caller === undefined || ref === undefined) {
      const isUnasked = ref === undefined && this.optional.has(message.topic);
      if (!isUnasked) this.#kernel.events.strayReply(from, message.topic);
      return;
    }
    this.#pending.delete(ref);
    if (caller.answer !== undefined) caller.answer(payload);
    else this.#kernel.queue.push(caller, payload);
  }

  /** Waits for a reply for who has a clock and a watch of its own; `forget` ends that, as a reply does. */
  expect(ref: Ref, caller: Caller): void {
    this.#pending.set(ref, caller);
  }

  /** A reply from another node arrives; `false` if nobody waits for it any more (D29). */
  answered(ref: Ref, payload: unknown): boolean {
    const caller = this.#pending.get(ref);
    if (caller === undefined) return false;
    this.#pending.delete(ref);
    this.#kernel.queue.push(caller, payload);
    return true;
  }

  forget(ref: Ref): void {
    this.#pending.delete(ref);
  }

  /** The question was refused on another node, or its reply cannot come from there. */
  refused(ref: Ref, error: Error): void {
    this.answered(ref, new Refused(error));
  }

  #ask(
    caller: Watcher | undefined,
    { to, topic, payload }: Question,
    timeout: number,
    signal: AbortSignal | undefined,
    subscriber: Subscriber<unknown>,
  ): void {
    const kernel = this.#kernel;
    const fail = (error: unknown): void => subscriber.error(error);
    if (signal?.aborted || caller?.running === false) {
      return fail(
        signal?.reason ?? new ProcessError('Unavailable', 'the calling process has ended'),
      );
    }
    // One monitor covers a target that does not exist and one that ends before it replies. It completes
    // when the caller's body ends, so that code which awaits the reply goes on (E3).
    const down = {
      next: (exit: Exit) => fail(gone(to, exit, kernel.names)),
      complete: () => subscriber.complete(),
    };
    const watch = monitor(kernel, caller, to, down, true);
    const { ref } = watch;
    subscriber.add(watch);
    caller?.tracer?.called(to, topic, payload);
    this.#pending.set(ref, replyReceiver(caller, to, topic, subscriber));
    subscriber.add(() => this.#pending.delete(ref));
    const target = kernel.reach(to);
    const message = { topic, payload, from: caller?.pid, ref };
    const late = (): void => fail(timedOut(kernel, { to, timeout, message, target }));
    subscriber.add(kernel.after(timeout, late));
    const onAbort = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    subscriber.add(() => signal?.removeEventListener('abort', onAbort));
    const refusal = target && refusalOf(to, target, message);
    if (refusal !== undefined) fail(refusal);
  }
}

/** The kernel as calls see it. */
export interface CallKernel extends Directory {
  readonly events: Events;
  after(millis: number, run: () => void): Unsubscribable;
  readonly isLossy: boolean;
  reach(to: unknown): Resident | Foreign | undefined;
  readonly names: Names;
}

/** What a call sends, and to whom. */
interface Question {
  readonly to: Pid | string;
  readonly topic: string;
  readonly payload: unknown;
}

/** In place of a reply: there will be none. */
class Refused {
  constructor(readonly error: Error) {}
}

/** Who waits for a reply. */
interface Caller extends Receiver {
  /** Takes it within the call of who replies, where it goes to another node in order with all else (D29). */
  answer?(payload: unknown): void;
}

const TIMEOUT = 5_000;

/** Why a question cannot be put, if it cannot. */
function refusalOf(
  to: string,
  target: Resident | Foreign,
  message: Message,
): ProcessError | undefined {
  if ('ask' in target) return target.ask(message);
  if (target.accept(message)) return undefined;
  return new ProcessError('Unavailable', `the mailbox of ${to} is full or closing`);
}

/** Receives the reply from the run queue and hands it to the caller's subscription. */
function replyReceiver(
  caller: Watcher | undefined,
  to: string,
  topic: string,
  subscriber: Subscriber<unknown>,
): Receiver {
  return {
    receive: (payload) => {
      if (payload instanceof Refused) return subscriber.error(payload.error);
      caller?.tracer?.answered(to, topic, payload);
      subscriber.next(payload);
      subscriber.complete();
    },
    ...(caller !== undefined && { crash: (error) => caller.crash(error) }),
  };
}
