import type { Pid, ProcessError, Topic } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { ChannelRoom } from '../rooms/channelRoom.js';
import { ENDED } from '../rooms/requests.js';
import type { Admitting, Answer, Attendee, Said } from '../table/room.js';
import { crossing } from './farMember.js';
import type { FellowProcess } from './fellowProcess.js';
import { type AnswerThere, frames } from './frames.js';

/**
 * What clients of this node ask of a channel's process on another one. While there is no home a join waits for it; a
 * request is `crashed`, as it is while a process is being restarted (B25).
 */
export abstract class AwayAsking {
  /** Told of this node's people; `undefined` while it is being looked for. */
  protected home: Pid | undefined;
  readonly #pending = new Map<number, Pending>();

  constructor(
    protected readonly world: AwayWorld,
    readonly name: string,
  ) {}

  /** Looks whether anybody needs it. */
  protected abstract rest(): void;

  protected get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  take({ pid }: Attendee, said: Said): () => void {
    const { answer, type } = said;
    const { home, world, name } = this;
    if (home === undefined) {
      if (answer.isAwaited) answer.refuse('crashed', SOUGHT, { after: 1_000 });
      else world.broker.kernel.events.deadLetter(name, `channel.${type}`, pid);
      return nothing;
    }
    const ref = answer.isAwaited ? world.nextRef() : undefined;
    const { event, data, checkedBy, size } = said;
    const isChecked = checkedBy !== undefined;
    const payload = [name, pid, ref, type, event, data, isChecked, size] as const;
    const problem = world.own.offer(home, frames.said, payload);
    if (problem !== undefined) return this.#refuse(said, problem);
    return ref === undefined ? nothing : this.#wait(ref, { answer, isAsked: true });
  }

  /** What a schema has made of data may be what does not cross (D23). */
  #refuse({ answer, event, type }: Said, problem: ProcessError): () => void {
    if (problem.code === 'Invalid') {
      this.world.broker.report(
        `${event ?? type} for ${this.name}, whose home is elsewhere`,
        problem,
      );
      answer.refuse('internal', 'Internal error');
    } else if (answer.isAwaited) answer.refuse('overloaded', TOO_MUCH, { after: 1_000 });
    return nothing;
  }

  admit(request: JoinRequest, admitting: Admitting): () => void {
    const ref = this.world.nextRef();
    const join: PendingJoin = { request, admitting, isAsked: false };
    const undo = this.#wait(ref, join);
    this.#ask(ref, join);
    return undo;
  }

  #ask(ref: number, join: PendingJoin): void {
    if (this.home === undefined) return;
    const { connection, ...rest } = join.request;
    const request = { ...rest, connection: crossing(this.world.broker, connection) };
    join.isAsked = this.tell(frames.admit, [this.name, ref, request]);
    if (join.isAsked) return;
    this.#pending.delete(ref);
    join.admitting.refuse('overloaded', TOO_MUCH, { after: 1_000 });
  }

  /** Waits for an answer; gives how that is taken back. */
  #wait(ref: number, pending: Pending): () => void {
    this.#pending.set(ref, pending);
    return () => {
      if ('taken' in pending) return pending.taken?.();
      if (!this.#pending.delete(ref)) return;
      if (pending.isAsked) this.tell(frames.unask, [this.name, ref]);
      this.rest();
    };
  }

  /** `from`: only the home that was asked answers. */
  answered([, ref, json, failure]: AnswerThere, from: Pid): void {
    const pending = from === this.home ? this.#pending.get(ref) : undefined;
    if (pending === undefined) return this.world.broker.stray(frames.answer);
    this.#pending.delete(ref);
    if (failure !== undefined) {
      const [code, text, options, isRefusal] = failure;
      fail(pending, isRefusal, code, text, JSON.parse(options));
    } else if ('answer' in pending) pending.answer.done(JSON.parse(json as string));
    else pending.admitting.accept(JSON.parse(json as string));
    this.rest();
  }

  /** There is a home, which knows this node's people: it is asked for those who have waited for it. */
  protected askAll(): void {
    for (const [ref, pending] of [...this.#pending]) {
      if ('request' in pending && !pending.isAsked) this.#ask(ref, pending);
    }
  }

  /** The home that was asked has ended. */
  protected failAsked(): void {
    for (const [ref, pending] of [...this.#pending]) {
      if (!pending.isAsked) continue;
      this.#pending.delete(ref);
      fail(pending, false, 'crashed', ENDED);
    }
  }

  /** The home is here: the process is asked for those who have waited. */
  protected askHere(room: ChannelRoom): void {
    for (const [ref, pending] of [...this.#pending]) {
      this.#pending.delete(ref);
      if ('request' in pending) pending.taken = room.admit(pending.request, pending.admitting);
    }
  }

  /** Says something to the home; `false`: it is not taken, or there is none. */
  protected tell<P>(topic: Topic<P>, payload: NoInfer<P>): boolean {
    return this.home !== undefined && this.world.own.tell(this.home, topic, payload);
  }
}

/** Where it is asked from. */
export interface AwayWorld {
  readonly broker: Broker;
  readonly own: Pick<FellowProcess, 'tell' | 'offer'>;
  /** A number that no answer is given to yet. */
  nextRef(): number;
}

/** What waits for an answer; `isAsked`: by a home that has it. */
type Pending = { readonly answer: Answer; readonly isAsked: true } | PendingJoin;

interface PendingJoin {
  readonly request: JoinRequest;
  readonly admitting: Admitting;
  isAsked: boolean;
  /** Takes it back from the room of this node that has it now. */
  taken?: () => void;
}

function fail(pending: Pending, isRefusal: boolean, ...why: Parameters<Admitting['refuse']>): void {
  const [code, text = code, options] = why;
  if (!('answer' in pending)) pending.admitting.refuse(...why);
  else if (isRefusal) pending.answer.refuse(code, text, options);
  else pending.answer.fail(code, text, options);
}

const SOUGHT = 'The channel is being looked for';
const TOO_MUCH = 'The channel has too much to do';
const nothing = (): void => {};
