import { type Message, type Pid, ProcessError, parsePid } from '../../core/index.js';
import type { Kernel } from '../../runtime/index.js';
import type { ClusterStatus } from '../membership/state.js';
import type { Shared, SharedSession } from '../relations/shared.js';
import type { Entry } from '../wire/entry.js';
import { isClusterName, type NameOwner } from './clusterNames.js';
import { LostNodes, type LostPorts } from './lostNodes.js';
import { type OwnName, OwnNames } from './ownNames.js';
import { Told } from './told.js';

/**
 * Who has which name of the cluster, as this node knows it: its own names, and what the other nodes say of theirs. There is
 * no watch on the bucket: who wins a name there tells all others over the links (D42).
 */
export class Directory implements Shared {
  readonly kinds = ['name'] as const;
  readonly own: OwnNames;
  readonly told = new Told();
  status: ClusterStatus | 'leaving' = 'connecting';
  readonly #kernel: Kernel;
  readonly #ports: DirectoryPorts;
  readonly #sessions = new Map<string, SharedSession>();
  /** Those that have told too many names. */
  readonly #full = new WeakSet<SharedSession>();
  #lostNodes: LostNodes | undefined;

  constructor(kernel: Kernel, ports: DirectoryPorts) {
    this.#kernel = kernel;
    this.#ports = ports;
    this.own = new OwnNames(kernel, (name, pid, revision) => this.tell(name, pid, revision));
  }

  /** Tells all other nodes who has a name of this node's: a process, or nobody here any more. */
  tell(name: string, pid: Pid | undefined, revision: number): void {
    let bytes: Uint8Array | undefined;
    for (const session of this.#sessions.values()) {
      bytes ??= session.pack({ kind: 'name', name, pid, revision });
      session.sendPacked(bytes, true);
    }
  }

  start(membership: LostPorts['membership']): void {
    this.#lostNodes = new LostNodes({ now: () => this.#kernel.uptime(), membership });
  }

  /** Says which keys of this node nobody has any more, then its names: one may be both (D14). */
  state(session: SharedSession): void {
    const { node } = session.relations;
    this.#sessions.set(node, session);
    this.#lostNodes?.back(node);
    for (const [name, revision] of this.#ports.leftovers()) {
      session.post({ kind: 'name', name, pid: undefined, revision });
    }
    for (const { name, pid, revision, isSuspended } of this.own.all()) {
      if (!isSuspended) session.post({ kind: 'name', name, pid, revision });
    }
  }

  take(session: SharedSession, entry: Entry): boolean {
    if (entry.kind !== 'name') return false;
    if (!isClusterName(entry.name)) return true;
    if (!this.told.take(session.relations.node, entry)) this.#tooMany(session);
    if (entry.pid !== undefined && this.own.get(entry.name)) this.#ports.disputed(entry.name);
    return true;
  }

  /** Told once in a session. */
  #tooMany(session: SharedSession): void {
    if (this.#full.has(session)) return;
    this.#full.add(session);
    const text = `the node ${session.relations.node} has more names than are known here (D61)`;
    this.#kernel.events.warning('too_many_names', text);
  }

  lost(node: string): void {
    this.#sessions.delete(node);
    this.told.forget(node);
    this.#lostNodes?.lost(node);
  }

  /** The bucket has said who has a name; what a node without a session would say is not kept. */
  learn(name: string, owner: NameOwner): void {
    if (this.isLinked(owner.pid)) this.told.learn(name, owner);
  }

  /** A process here has got a name. */
  add(name: OwnName): void {
    name.isSuspended = this.status !== 'up';
    this.own.add(name);
  }

  /** The bucket says that it is still so, maybe under another revision. */
  confirm(name: OwnName, revision: number): void {
    this.own.confirm(name, revision, this.status !== 'up');
  }

  /** A name that is suspended leads nowhere, and of two owners the later one counts: the other will hear of it. */
  find(name: string): NameOwner | undefined {
    const own = this.own.get(name);
    const told = this.told.find(name);
    if (own === undefined || own.isSuspended) return told;
    return told !== undefined && told.revision > own.revision ? told : own;
  }

  /** Whether the owner in a key has ended or given it up, as far as this node knows. */
  isGone(name: string, owner: NameOwner): boolean {
    const node = nodeOf(owner.pid);
    if (node === this.#kernel.node) return this.own.get(name)?.pid !== owner.pid;
    return this.told.isReleased(name, owner) || this.#lostNodes?.isFree(node) === true;
  }

  /** Whether there is a session with the node of a process. */
  isLinked(pid: Pid): boolean {
    return this.#sessions.has(nodeOf(pid));
  }

  /** Sends what came for a name to its owner on another node, at once. Calls end with who was asked, so they do not go on. */
  forward(to: Pid, { topic, from, payload, ref }: Message): void {
    if (ref !== undefined) return;
    const { events } = this.#kernel;
    const session = this.#sessions.get(nodeOf(to));
    if (session?.relations.phase !== 'up') return events.deadLetter(to, topic, from, 'no node');
    try {
      session.post({ kind: 'send', to, topic, from, payload });
    } catch (error) {
      events.warning('unencodable', (error as ProcessError).message, from);
    }
  }

  get isLeaving(): boolean {
    return this.status === 'leaving' || this.status === 'left';
  }

  /** @throws ProcessError `Unavailable` while nothing can be said of names of the cluster. */
  checkUp(): void {
    const { status } = this;
    if (status === 'up') return;
    const text = `the node is ${status}: it has no say in names of the cluster`;
    throw new ProcessError('Unavailable', text);
  }
}

/** Whom a directory asks and tells. */
export interface DirectoryPorts {
  /** Keys whose names were released here, and their revisions. */
  leftovers(): Iterable<readonly [name: string, revision: number]>;
  /** Another node says that a process of its own has a name of this node's. */
  disputed(name: string): void;
}

const nodeOf = (pid: Pid): string => parsePid(pid).node as string;
