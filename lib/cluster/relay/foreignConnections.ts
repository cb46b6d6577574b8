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
    if (entry.kind === 'send' && this.#targets.size === 0 && entry.topic !== ws.join) return false;
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
      for (const [client, metadata] of clients) {
        if (!client.startsWith(prefix)) continue;
        this.#left(target, client);
        const payload = { client_pid: client, reason: 'node lost', metadata } as Leave;
        this.#kernel.processes.get(target)?.accept({ topic: ws.leave, payload, from: client });
      }
    }
  }

  /** Follows who joins and leaves, whom `dispatch` tells; frames are handed over here, because their size counts. */
  #sent(session: SharedSession, from: Pid, { to, topic, payload }: SendEntry): boolean {
    if (topic === ws.join) this.#joined(to, from, payload);
    else if (topic === ws.leave) this.#left(to, from);
    else if (!RESERVED_TOPICS.has(topic) && this.#targets.get(to)?.clients.has(from) === true) {
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

  #joined(target: Pid, client: Pid, payload: unknown): void {
    if (!isJoin(payload) || payload.client_pid !== client) return;
    let joined = this.#targets.get(target);
    if (joined === undefined) {
      if (this.#kernel.processes.get(target) === undefined) return;
      joined = { clients: new Map(), watch: this.#watch(target) };
      this.#targets.set(target, joined);
    }
    joined.clients.set(client, payload.metadata);
  }

  /** The first that joins also tells this system what is special about its topics: it may have no relay (M11, L2). */
  #watch(target: Pid): Monitor {
    const { bound, events } = this.#kernel;
    for (const topic of LIFECYCLE_TOPICS) bound.exempt(topic);
    for (const topic of RESERVED_TOPICS) events.unreadTopics?.excuse(topic);
    bound.undoes.set(ws.leave, ws.join);
    const next = (): void => void this.#targets.delete(target);
    return monitor(this.#kernel, undefined, target, { next, complete: () => {} }, true);
  }

  #left(target: Pid, client: Pid): void {
    const joined = this.#targets.get(target);
    if (joined === undefined || !joined.clients.delete(client) || joined.clients.size > 0) return;
    joined.watch.unsubscribe();
    this.#targets.delete(target);
  }
}

/** The connections of one target, with the metadata of their joins, in the order in which they have joined. */
interface Joined {
  readonly clients: Map<Pid, unknown>;
  /** Tells of the target's exit. */
  readonly watch: Monitor;
}

function isJoin(payload: unknown): payload is { client_pid?: unknown; metadata?: unknown } {
  return typeof payload === 'object' && payload !== null;
}
