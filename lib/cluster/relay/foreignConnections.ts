import type { Message, Pid } from '../../core/index.js';
import { type Leave, LIFECYCLE_TOPICS, RESERVED_TOPICS, ws } from '../../protocol/index.js';
import {
  type Kernel,
  type Monitor,
  monitor,
  type Process,
  SizedMessage,
} from '../../runtime/index.js';
import type { Shared, SharedSession } from '../relations/shared.js';
import type { Entry, SendEntry } from '../wire/entry.js';
import { frameSize } from './frameSize.js';
import { JoinSizes } from './joinSizes.js';
import { Presses } from './presses.js';

/**
 * The connections of other nodes whose targets are here, so that a target is written as if they were of this node: it
 * gets the leave of each that is lost with its node (D54), and what it cannot take in time slows their clients down (D55).
 *
 * The room `relay` is what relays of different nodes have to do with each other beside plain messages: begin here.
 */
export class ForeignConnections implements Shared {
  readonly kinds = ['send', 'press', 'refused'] as const;
  readonly #kernel: Kernel;
  readonly #presses = new Presses();
  readonly #sizes = new JoinSizes();
  /** By target. Freed by the leaves, by the target's exit, and by the loss of the connections' node. */
  readonly #targets = new Map<Pid, Joined>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** How many targets have connections of other nodes. */
  get size(): number {
    return this.#targets.size;
  }

  /** A relay says nothing of its own: connections join when they are there. */
  state(): void {}

  take(session: SharedSession, entry: Entry): boolean {
    // Most nodes have no connections of others, and messages are many.
    if (entry.kind === 'send' && this.#targets.size === 0 && !ENDS.has(entry.topic)) return false;
    const { prefix, pressure } = session.relations;
    switch (entry.kind) {
      case 'send':
        return entry.from?.startsWith(prefix) === true && this.#sent(session, entry.from, entry);
      case 'press':
        if (!entry.pid.startsWith(prefix)) return false;
        pressure.press(entry.pid, entry.pressed);
        return true;
      case 'refused':
        if (typeof entry.about !== 'string') return false;
        this.#kernel.processes.get(entry.about)?.extension?.refused?.();
        return true;
      default:
        return false;
    }
  }

  /** Writes the leaves that the lost node cannot send any more, each with the metadata of its join (D54). */
  lost(node: string): void {
    const prefix = `{${node}@`;
    for (const [target, { clients }] of this.#targets) {
      for (const [client, { metadata }] of clients) {
        if (!client.startsWith(prefix)) continue;
        this.#left(target, client);
        const payload = { client_pid: client, reason: 'node lost', metadata } as Leave;
        this.#kernel.processes.get(target)?.accept({ topic: ws.leave, payload, from: client });
      }
    }
    this.#sizes.forget(node);
  }

  /** Follows who joins and leaves, whom `dispatch` tells; frames are handed over here, because their size counts. */
  #sent(session: SharedSession, from: Pid, { to, topic, payload }: SendEntry): boolean {
    if (topic === ws.join) return this.#joined(session, to, from, payload);
    // Whose join was too much has not come, and does not leave (L2).
    if (topic === ws.leave)
      return !this.#left(to, from) && this.#sizes.hasTold(session.relations.node);
    if (!RESERVED_TOPICS.has(topic) && this.#targets.get(to)?.clients.has(from) === true) {
      const target = this.#kernel.processes.get(to);
      if (target === undefined) return false;
      this.#frame(session, target, new SizedMessage(topic, payload, from, frameSize(payload)));
      return true;
    }
    return false;
  }

  /** A frame never ends its target, and one that is refused closes its connection (M11). */
  #frame(session: SharedSession, target: Process, message: Message): void {
    const { pid, mailbox } = target;
    if (target.accept(message, SizedMessage.sizeOf(message))) this.#presses.look(target, session);
    else if (mailbox.isOpen) {
      const why = `the mailbox of ${pid} is full`;
      session.post({ kind: 'refused', about: message.from as Pid, why });
    }
  }

  /** Whether nobody else is to be told of it: it is too much. */
  #joined(session: SharedSession, target: Pid, client: Pid, payload: unknown): boolean {
    if (!isJoin(payload) || payload.client_pid !== client) return false;
    if (this.#kernel.processes.get(target) === undefined) return false;
    this.#left(target, client);
    const { node } = session.relations;
    const { metadata } = payload;
    const size = this.#sizes.take(node, metadata);
    if (size === undefined) return this.#refuse(session, client);
    let joined = this.#targets.get(target);
    if (joined === undefined) {
      joined = { clients: new Map(), watch: this.#watch(target) };
      this.#targets.set(target, joined);
    }
    joined.clients.set(client, { node, metadata, size });
    return false;
  }

  /** Its connection closes, as one does whose target is overloaded. */
  #refuse(session: SharedSession, client: Pid): true {
    const { node } = session.relations;
    const why = 'the metadata of its join are more than is kept here (D61)';
    session.post({ kind: 'refused', about: client, why });
    if (this.#sizes.tell(node)) {
      this.#kernel.events.warning('too_much_metadata', `a connection of ${node}: ${why}`);
    }
    return true;
  }

  /** The first that joins also tells this system what is special about its topics: it may have no relay (M11, L2). */
  #watch(target: Pid): Monitor {
    const { bound, events } = this.#kernel;
    for (const topic of LIFECYCLE_TOPICS) bound.exempt(topic);
    for (const topic of RESERVED_TOPICS) events.unreadTopics?.excuse(topic);
    bound.undoes.set(ws.leave, ws.join);
    const next = (): void => {
      for (const client of this.#targets.get(target)?.clients.keys() ?? [])
        this.#left(target, client);
    };
    return monitor(this.#kernel, undefined, target, { next, complete: () => {} }, true);
  }

  /** Forgets a connection; `false`: it had not joined. */
  #left(target: Pid, client: Pid): boolean {
    const joined = this.#targets.get(target);
    const known = joined?.clients.get(client);
    if (joined === undefined || known === undefined) return false;
    this.#sizes.giveBack(known.node, known.size);
    joined.clients.delete(client);
    if (joined.clients.size > 0) return true;
    joined.watch.unsubscribe();
    this.#targets.delete(target);
    return true;
  }
}

/** The connections of one target, in the order in which they have joined. */
interface Joined {
  readonly clients: Map<Pid, Client>;
  /** Tells of the target's exit. */
  readonly watch: Monitor;
}

/** A connection, with the metadata of its join. */
interface Client {
  readonly node: string;
  readonly metadata: unknown;
  readonly size: number;
}

function isJoin(payload: unknown): payload is { client_pid?: unknown; metadata?: unknown } {
  return typeof payload === 'object' && payload !== null;
}

/** How a connection begins and ends at a target, also one whose join was too much. */
const ENDS: ReadonlySet<string> = new Set([ws.join, ws.leave]);
