import { map, merge, type Observable, ReplaySubject, switchMap, type Unsubscribable } from 'rxjs';
import {
  type GroupEvent,
  type Inbox,
  type Message,
  type Output,
  type Pid,
  ProcessError,
  parsePid,
  type Self,
  type Topic,
} from '../../core/index.js';
import { type Extension, type Process, spawn, UNBOUNDED } from '../../runtime/index.js';
import type { Broker } from '../broker/broker.js';
import { frames } from './frames.js';

/**
 * The process of a manager by which managers of other nodes know it, its *fellows*: all of one name are in one group,
 * that of every node is told before anything that it sends, and leaves it when its node is lost.
 */
export class FellowProcess {
  readonly #broker: Broker;
  readonly #partsOf: () => readonly Part[];
  #parts: readonly Part[] = [];
  #takers: ReadonlyMap<string, Take> = new Map();
  readonly #fellows = new Set<Pid>();
  /** By the id of its node, the fellow there. */
  readonly #nodes = new Map<string | undefined, Pid>();
  /** What its body watches by: it begins a turn later than the manager, which may know of a home by then. */
  readonly #self$ = new ReplaySubject<Self>(1);
  #process: Process | undefined;

  constructor(broker: Broker, partsOf: () => readonly Part[]) {
    this.#broker = broker;
    this.#partsOf = partsOf;
  }

  /** The manager's process has begun. */
  begin(): void {
    const { kernel, name } = this.#broker;
    this.#parts = this.#partsOf();
    this.#takers = new Map(this.#parts.flatMap(({ takes }) => takes));
    for (const topic of Object.values(frames)) kernel.events.unreadTopics?.excuse(topic);
    for (const topic of CONTROL) kernel.bound.exempt(topic);
    const own = name === undefined ? 'channels:fellow' : `${name}/channels:fellow`;
    const host = kernel.hosts.ensure('channels').id;
    this.#process = spawn(kernel, this.#behavior, { host, name: own }, { extension: EXTENSION });
  }

  /** Its PID, once it has begun. */
  get pid(): Pid {
    return this.#process?.pid as Pid;
  }

  /** The processes of the same manager on other nodes that are up. */
  get fellows(): ReadonlySet<Pid> {
    return this.#fellows;
  }

  /** The fellow on the node of a process. */
  fellowOf(pid: Pid): Pid | undefined {
    return this.#nodes.get(parsePid(pid).node);
  }

  /** Whether a client is of the node of a fellow, which may speak for no other (D60). */
  speaksFor(fellow: Pid, pid: Pid): boolean {
    const isOwn = this.fellowOf(pid) === fellow;
    if (!isOwn) this.#broker.warn('forged', `${fellow} speaks for ${pid}, which is not its own`);
    return isOwn;
  }

  /** Calls once when a process has ended, or its node is lost. */
  watch(pid: Pid, ended: () => void): Unsubscribable {
    return this.#self$
      .pipe(switchMap((self) => self.monitor(pid)))
      .subscribe(() => this.#attempt('an EXIT', ended));
  }

  /** Says something to a fellow or a home; `false`: it was not taken, of which there is an event. */
  tell<P>(to: Pid, topic: Topic<P>, payload: NoInfer<P>): boolean {
    return this.#broker.kernel.send(this.pid, to, topic, payload);
  }

  /** The same; gives why it was not taken. */
  offer<P>(to: Pid, topic: Topic<P>, payload: NoInfer<P>): ProcessError | undefined {
    const there = this.#broker.kernel.route?.find(to);
    if (there !== undefined) return there.offer({ topic, payload, from: this.pid });
    this.tell(to, topic, payload);
    return new ProcessError('Unavailable', `the node of ${to} is not known`);
  }

  tellAll<P>(topic: Topic<P>, payload: NoInfer<P>): void {
    for (const fellow of this.#fellows) this.tell(fellow, topic, payload);
  }

  end(): void {
    this.#process?.stop(STOP_TIMEOUT);
    for (const part of this.#parts) part.end?.();
  }

  readonly #behavior = (inbox: Inbox, self: Self): Observable<Output> => {
    const { name } = this.#broker;
    const group = name === undefined ? 'websocket' : `websocket:${name}`;
    this.#self$.next(self);
    self.join(group, { scope: SCOPE });
    return merge(
      self.monitorGroup(group, { scope: SCOPE }).pipe(map((event) => this.#follow(event))),
      inbox.pipe(map((message) => this.#take(message))),
    );
  };

  #take({ topic, payload, from }: Message): void {
    const take = this.#takers.get(topic);
    // Only what other nodes say has a sender that is one of them.
    if (take === undefined || from === undefined) return this.#broker.stray(topic);
    this.#attempt(`a message under ${topic}`, () => take(payload as never, from));
  }

  #follow({ kind, data }: GroupEvent): void {
    for (const pid of data.PIDs) {
      if (pid === this.pid) continue;
      if (kind === 'member.left') this.#lose(pid);
      else this.#meet(pid);
    }
  }

  #meet(pid: Pid): void {
    if (this.#fellows.has(pid)) return;
    this.#fellows.add(pid);
    this.#nodes.set(parsePid(pid).node, pid);
    for (const part of this.#parts) this.#attempt('fellowUp', () => part.fellowUp?.(pid));
  }

  #lose(pid: Pid): void {
    if (!this.#fellows.delete(pid)) return;
    const { node } = parsePid(pid);
    if (this.#nodes.get(node) === pid) this.#nodes.delete(node);
    for (const part of this.#parts) this.#attempt('fellowDown', () => part.fellowDown?.(pid));
  }

  /** Nothing that another node says ends this process. */
  #attempt(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#broker.report(what, error);
    }
  }
}

/** One of those who deal with fellows: each takes what it knows, and is told of all who come and go. */
export interface Part {
  readonly takes: Takes;
  /** Told before anything that the fellow says. */
  fellowUp?(fellow: Pid): void;
  /** Nothing of it comes any more. */
  fellowDown?(fellow: Pid): void;
  /** The manager's process has ended. */
  end?(): void;
}

/** By topic: who takes what is said. */
export type Takes = readonly (readonly [topic: string, take: Take])[];

type Take = (payload: never, from: Pid) => void;

/** One line of them, with the payload that its topic has. */
export const taking = <P>(
  topic: Topic<P>,
  take: (payload: P, from: Pid) => void,
): readonly [string, Take] => [topic, take];

/** They are taken by a link that is full as well, as little is sent of them. The rest is what is said to channels. */
const CONTROL: readonly string[] = [
  ...[frames.attend, frames.unattend, frames.where, frames.got, frames.delete, frames.deleted],
  ...[frames.joined, frames.renewed, frames.left, frames.unask, frames.answer, frames.refused],
  ...[frames.expel, frames.here, frames.resume, frames.resumed, frames.kept, frames.figures],
];

/** Its mailbox has no bound but that of the links to other nodes, or what is said to channels would have holes. */
const EXTENSION: Extension = {
  isConnection: false,
  bound: UNBOUNDED,
  events: { count() {} },
  perform: () => false,
  onRelease() {},
  takeBack: () => false,
};

/** All nodes list who is in it. */
const SCOPE = 'rx:channels';

/** Milliseconds in which it has to end (V3). */
const STOP_TIMEOUT = 5_000;

/** Milliseconds after which one looks whether a link that was full has room again. */
export const PAUSE = 100;
