/** One step of a life, by places in the list of processes. `by` and `to` may be dead. */
export type Act =
  | { readonly act: 'spawn'; readonly by: number; readonly linked: boolean; readonly name: Name }
  | { readonly act: 'send'; readonly by: number; readonly to: number; readonly value: number }
  | { readonly act: 'sendName'; readonly by: number; readonly name: Name; readonly value: number }
  | { readonly act: 'link' | 'unlink' | 'monitor'; readonly by: number; readonly to: number }
  | { readonly act: 'demonitor'; readonly which: number }
  | { readonly act: 'trap'; readonly by: number; readonly on: boolean }
  | { readonly act: 'register'; readonly by: number; readonly name: Name }
  | { readonly act: 'unregister'; readonly name: Name }
  | { readonly act: 'join' | 'leave'; readonly by: number; readonly group: Group }
  | {
      readonly act: 'broadcast';
      readonly by: number;
      readonly group: Group;
      readonly value: number;
    }
  | { readonly act: 'exit'; readonly by: number; readonly reason: Reason }
  | { readonly act: 'signal'; readonly to: number; readonly reason: Reason | 'kill' }
  | { readonly act: 'terminate'; readonly to: number }
  | { readonly act: 'upgrade'; readonly by: number }
  /** Everything that is due is delivered. */
  | { readonly act: 'flush' };

export type Name = 'x' | 'y' | undefined;
export type Group = 'g' | 'h';
export type Reason = 'normal' | 'shutdown' | 'crash';

/** What a process has seen, and a spec compares. */
export interface Seen {
  readonly log: readonly string[];
  readonly alive: boolean;
  readonly names: readonly string[];
}

/** A link's identity: two of the same pair, one after the other, are not the same. */
type Link = object;

class Actor {
  alive = true;
  started = false;
  trap = false;
  version = 0;
  /** What came while nobody read: before the first turn of a behaviour (M7, C2). */
  readonly messages: string[] = [];
  readonly signals: string[] = [];
  readonly log: string[] = [];
  readonly links = new Map<Actor, Link>();
  /** Links to who was dead already: none that such a one had asked for is among them (K2). */
  readonly linksToDead = new Map<Actor, Link>();

  constructor(readonly place: number) {}
}

interface Monitor {
  readonly watcher: Actor;
  readonly target: Actor;
  active: boolean;
  readonly ref: number;
}

/**
 * The rules of §2–§9, without streams, mailboxes or classes of the library: one queue in which messages and
 * signals wait in the order in which they were sent, and a few tables.
 */
export class Model {
  readonly actors: Actor[] = [];
  readonly monitors: Monitor[] = [];
  readonly #names = new Map<string, Actor>();
  readonly #groups = new Map<Group, Map<Actor, number>>();
  #queue: (() => void)[] = [];

  do(step: Act): void {
    switch (step.act) {
      case 'flush':
        while (this.#queue.length > 0) this.#queue.shift()?.();
        return;
      case 'spawn':
        return this.#spawn(step);
      case 'demonitor': {
        const monitor = this.monitors[step.which % Math.max(1, this.monitors.length)];
        if (monitor !== undefined) monitor.active = false;
        return;
      }
      case 'unregister':
        if (step.name !== undefined) this.#names.delete(step.name);
        return;
      case 'signal':
        return this.#signal(this.at(step.to), step.reason);
      case 'terminate': {
        const actor = this.at(step.to);
        if (actor.alive) this.#queue.push(() => this.#end(actor, 'killed'));
        return;
      }
      default: {
        // A process acts only between its first turn and its end (S2, E3).
        const by = this.at(step.by);
        if (by.started && by.alive) this.#by(by, step);
      }
    }
  }

  at(place: number): Actor {
    return this.actors[place % this.actors.length] as Actor;
  }

  /** The first ones, who have no parent. */
  found(count: number): void {
    for (let made = 0; made < count; made++) this.#make();
    this.do({ act: 'flush' });
  }

  seen(): Seen[] {
    return this.actors.map((actor) => ({
      log: actor.log,
      alive: actor.alive,
      names: [...this.#names].filter(([, owner]) => owner === actor).map(([name]) => name),
    }));
  }

  /** The places of a group's members, one entry a join (G2). */
  members(group: Group): number[] {
    return [...(this.#groups.get(group) ?? [])].flatMap(([actor, count]) =>
      new Array<number>(count).fill(actor.place),
    );
  }

  #by(
    by: Actor,
    step: Exclude<
      Act,
      { act: 'flush' | 'spawn' | 'unregister' | 'signal' | 'terminate' | 'demonitor' }
    >,
  ): void {
    switch (step.act) {
      case 'send':
        return this.#post(this.at(step.to), `${by.place}>${step.value}`);
      case 'sendName': {
        const owner = step.name === undefined ? undefined : this.#names.get(step.name);
        if (owner !== undefined) this.#post(owner, `${by.place}>${step.value}`);
        return;
      }
      case 'link':
        return this.#link(by, this.at(step.to));
      case 'unlink':
        return this.#unlink(by, this.at(step.to));
      case 'monitor':
        return this.#monitor(by, this.at(step.to));
      case 'trap':
        by.trap = step.on;
        return;
      case 'register':
        if (step.name !== undefined && !this.#names.has(step.name)) this.#names.set(step.name, by);
        return;
      case 'join':
      case 'leave':
        return this.#count(by, step.group, step.act === 'join' ? 1 : -1);
      case 'broadcast':
        for (const actor of this.#groups.get(step.group)?.keys() ?? []) {
          this.#post(actor, `${by.place}>${step.value}`);
        }
        return;
      case 'exit':
        return this.#end(by, inWords(step.reason));
      case 'upgrade':
        by.version++;
        // Streams that the old body had subscribed to are its own.
        for (const monitor of this.monitors) if (monitor.watcher === by) monitor.active = false;
        this.#start(by);
    }
  }

  #make(): Actor {
    const actor = new Actor(this.actors.length);
    this.actors.push(actor);
    this.#start(actor);
    return actor;
  }

  /** A behaviour's first turn comes later; what waits for it, one by one after that. */
  #start(actor: Actor): void {
    actor.started = false;
    this.#tell(actor, () => {
      actor.started = true;
      for (const waiting of [actor.messages, actor.signals]) {
        if (waiting.length > 0) this.#tell(actor, () => this.#read(actor, waiting));
      }
    });
  }

  #read(actor: Actor, waiting: string[]): void {
    if (!actor.started) return;
    const text = waiting.shift();
    if (waiting.length > 0) this.#tell(actor, () => this.#read(actor, waiting));
    if (text !== undefined) actor.log.push(`${actor.version}: ${text}`);
  }

  /** At once, unless its behaviour has yet to be called or to take what came before (M7, C2). */
  #hear(actor: Actor, text: string, waiting: string[]): void {
    if (actor.started && waiting.length === 0) actor.log.push(`${actor.version}: ${text}`);
    else waiting.push(text);
  }

  #spawn({ by, linked, name }: Act & { act: 'spawn' }): void {
    const parent = this.at(by);
    const taken = name !== undefined && this.#names.has(name);
    if (!parent.started || !parent.alive || taken) return;
    const child = this.#make();
    if (name !== undefined) this.#names.set(name, child);
    if (!linked) return;
    const link = {};
    parent.links.set(child, link);
    child.links.set(parent, link);
  }

  #post(to: Actor, text: string): void {
    // Routed when it is delivered: to whichever behaviour runs by then (M6).
    if (!to.alive) return;
    this.#tell(to, () => this.#hear(to, text, to.messages));
  }

  #tell(to: Actor, effect: () => void): void {
    this.#queue.push(() => {
      if (to.alive) effect();
    });
  }

  #link(by: Actor, to: Actor): void {
    if (by === to || by.links.has(to) || by.linksToDead.has(to)) return;
    // K2: an error for the caller, unless it traps.
    if (!to.alive && !by.trap) return;
    const link = {};
    const links = to.alive ? by.links : by.linksToDead;
    links.set(to, link);
    const down = (): void => this.#down(by, to, link, 'noproc', links);
    if (!to.alive) this.#tell(by, down);
    else {
      this.#queue.push(() => {
        if (!to.alive) this.#tell(by, down);
        else if (by.links.get(to) === link) to.links.set(by, link);
      });
    }
  }

  #unlink(by: Actor, to: Actor): void {
    if (!to.alive) by.linksToDead.delete(to);
    const link = by.links.get(to);
    if (link === undefined) return;
    by.links.delete(to);
    this.#tell(to, () => {
      if (to.links.get(by) === link) to.links.delete(by);
    });
  }

  /** A link has lost its other end; nothing, if it is another link by now (K3). */
  #down(at: Actor, peer: Actor, link: Link, reason: string, links = at.links): void {
    if (links.get(peer) !== link) return;
    links.delete(peer);
    if (reason === 'normal') return;
    if (at.trap) this.#hear(at, `down ${peer.place} ${reason}`, at.signals);
    else this.#end(at, reason);
  }

  #monitor(by: Actor, target: Actor): void {
    const monitor = { watcher: by, target, active: true, ref: this.monitors.length };
    this.monitors.push(monitor);
    if (!target.alive) this.#fire(monitor, 'noproc');
  }

  #fire(monitor: Monitor, reason: string): void {
    const { watcher, target, ref } = monitor;
    this.#tell(watcher, () => {
      if (!monitor.active) return;
      monitor.active = false;
      watcher.log.push(`${watcher.version}: exit ${target.place} ${reason} #${ref}`);
    });
  }

  #count(actor: Actor, group: Group, change: 1 | -1): void {
    const members = this.#groups.get(group) ?? new Map<Actor, number>();
    this.#groups.set(group, members);
    const count = Math.max(0, (members.get(actor) ?? 0) + change);
    if (count === 0) members.delete(actor);
    else members.set(actor, count);
  }

  #signal(to: Actor, reason: Reason | 'kill'): void {
    if (!to.alive) return;
    this.#tell(to, () => {
      if (reason === 'kill') this.#end(to, 'killed');
      else if (reason === 'normal') return;
      else if (to.trap) this.#hear(to, `down outside ${inWords(reason)}`, to.signals);
      else this.#end(to, inWords(reason));
    });
  }

  #end(actor: Actor, reason: string): void {
    if (!actor.alive) return;
    actor.alive = false;
    for (const [name, owner] of this.#names) if (owner === actor) this.#names.delete(name);
    for (const members of this.#groups.values()) members.delete(actor);
    // EXIT before LINK_DOWN (K8).
    for (const monitor of this.monitors) {
      if (monitor.watcher === actor) monitor.active = false;
      else if (monitor.active && monitor.target === actor) this.#fire(monitor, reason);
    }
    for (const [peer, link] of actor.links) {
      this.#tell(peer, () => this.#down(peer, actor, link, reason));
    }
  }
}

const inWords = (reason: Reason): string => (reason === 'crash' ? 'error crash' : reason);
