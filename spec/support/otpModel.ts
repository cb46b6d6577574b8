/** One step of a life, by places in the list of processes. `by` and `to` may be dead. */
export type Act =
  | {
      readonly act: 'spawn';
      readonly by: number;
      readonly linked: boolean;
      /** Whether `exit$` of the spawn is subscribed. */
      readonly watched: boolean;
      readonly name: Name;
    }
  | { readonly act: 'send'; readonly by: number; readonly to: number; readonly value: number }
  | { readonly act: 'sendName'; readonly by: number; readonly name: Name; readonly value: number }
  | { readonly act: 'link' | 'unlink' | 'monitor'; readonly by: number; readonly to: number }
  | { readonly act: 'demonitor'; readonly which: number }
  | { readonly act: 'trap'; readonly by: number; readonly on: boolean }
  | { readonly act: 'register'; readonly by: number; readonly name: Name }
  /** A name is given from outside, also to one that has not begun. */
  | { readonly act: 'name'; readonly to: number; readonly name: Name }
  | { readonly act: 'unregister'; readonly name: Name }
  | { readonly act: 'join' | 'leave'; readonly by: number; readonly group: Group }
  /** Several at once, from outside, some of them perhaps twice, or dead. */
  | { readonly act: 'joinAll' | 'leaveAll'; readonly all: readonly number[]; readonly group: Group }
  | {
      readonly act: 'broadcast';
      readonly by: number;
      readonly group: Group;
      readonly value: number;
    }
  | { readonly act: 'exit'; readonly by: number; readonly reason: Reason }
  | { readonly act: 'signal'; readonly to: number; readonly reason: Reason | 'kill' }
  | { readonly act: 'terminate'; readonly to: number }
  | { readonly act: 'cancel'; readonly to: number; readonly deadline: number | undefined }
  | { readonly act: 'upgrade'; readonly by: number }
  /** Everything is delivered that is due now, and until so many milliseconds later. */
  | { readonly act: 'flush'; readonly millis: number };

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
  /** What came while nobody read, before the first turn of a behaviour: messages (M7), and signals (C2). */
  readonly inbox: string[] = [];
  readonly signals: string[] = [];
  readonly log: string[] = [];
  readonly links = new Map<Actor, Link>();
  /** Links to who was dead when it was asked, and whose noproc is on its way (K2). */
  readonly ghosts = new Map<Actor, Link>();

  constructor(
    readonly place: number,
    /** Of one node, all are of node 0. */
    readonly node: number,
  ) {}
}

interface Monitor {
  readonly watcher: Actor;
  readonly target: Actor;
  active: boolean;
  readonly ref: number;
}

/**
 * The rules of §2–§9, without streams, mailboxes or classes of the library: one queue in which messages and
 * signals wait in the order in which they were sent, and a few tables. On several nodes the founders are on one after the
 * other, and who is spawned is where its parent is.
 */
export class Model {
  readonly actors: Actor[] = [];
  readonly monitors: Monitor[] = [];
  /** By name, on each node (R5). */
  readonly #names: readonly Map<string, Actor>[];
  readonly #groups = new Map<Group, Map<Actor, number>>();
  #queue: (() => void)[] = [];
  #now = 0;
  #deadlines: { readonly at: number; readonly kill: () => void }[] = [];

  constructor(nodes = 1) {
    this.#names = Array.from({ length: nodes }, () => new Map());
  }

  do(step: Act): void {
    switch (step.act) {
      case 'flush':
        return this.#advance(this.#now + step.millis);
      case 'spawn':
        return this.#spawn(step);
      case 'demonitor': {
        const monitor = this.monitors[step.which % Math.max(1, this.monitors.length)];
        if (monitor !== undefined) monitor.active = false;
        return;
      }
      case 'name':
        return this.#register(this.at(step.to), step.name);
      case 'unregister':
        for (const names of this.#names) names.delete(String(step.name));
        return;
      case 'joinAll': {
        const all = this.#allOf(step);
        if (all.length === step.all.length && all.every(({ alive }) => alive))
          for (const actor of all) this.#count(actor, step.group, 1);
        return;
      }
      case 'leaveAll':
        for (const actor of this.#allOf(step)) this.#count(actor, step.group, -1);
        return;
      case 'signal':
        return this.#signal(this.at(step.to), step.reason);
      case 'terminate':
        return this.#kill(this.at(step.to));
      case 'cancel':
        return this.#cancel(this.at(step.to), step.deadline);
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
    for (let made = 0; made < count; made++) this.#make(made % this.#names.length);
    this.do({ act: 'flush', millis: 0 });
  }

  seen(): Seen[] {
    return this.actors.map((actor) => ({
      log: actor.log,
      alive: actor.alive,
      names: [...this.#namesOf(actor)].filter(([, owner]) => owner === actor).map(([name]) => name),
    }));
  }

  /** The places of a group's members, one entry a join (G2). */
  members(group: Group): number[] {
    return [...(this.#groups.get(group) ?? [])].flatMap(([actor, count]) =>
      new Array<number>(count).fill(actor.place),
    );
  }

  #namesOf({ node }: Actor): Map<string, Actor> {
    return this.#names[node] as Map<string, Actor>;
  }

  /** Those of a list who are on the node where the list is read, that of the first (D37). */
  #allOf({ all }: { readonly all: readonly number[] }): Actor[] {
    const actors = all.map((place) => this.at(place));
    return actors.filter(({ node }) => node === actors[0]?.node);
  }

  #by(by: Actor, step: Extract<Act, { readonly by: number }>): void {
    switch (step.act) {
      case 'send':
        return this.#post(this.at(step.to), `${by.place}>${step.value}`);
      case 'sendName': {
        const owner = this.#namesOf(by).get(String(step.name));
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
        return this.#register(by, step.name);
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

  /** Deadlines of one instant come before what they bring about. */
  #advance(until: number): void {
    for (;;) {
      while (this.#queue.length > 0) this.#queue.shift()?.();
      const next = Math.min(...this.#deadlines.map(({ at }) => at));
      if (next > until) break;
      this.#now = next;
      const due = this.#deadlines.filter(({ at }) => at === next);
      this.#deadlines = this.#deadlines.filter(({ at }) => at !== next);
      for (const { kill } of due) kill();
    }
    this.#now = until;
  }

  #make(node: number): Actor {
    const actor = new Actor(this.actors.length, node);
    this.actors.push(actor);
    this.#start(actor);
    return actor;
  }

  /** A behaviour's first turn comes later; what waits for it, one by one after that. */
  #start(actor: Actor): void {
    actor.started = false;
    this.#tell(actor, () => {
      actor.started = true;
      for (const waiting of [actor.inbox, actor.signals]) this.#wake(actor, waiting);
    });
  }

  #wake(actor: Actor, waiting: string[]): void {
    if (waiting.length > 0) this.#tell(actor, () => this.#read(actor, waiting));
  }

  #read(actor: Actor, waiting: string[]): void {
    if (!actor.started) return;
    const text = waiting.shift();
    this.#wake(actor, waiting);
    if (text !== undefined) actor.log.push(`${actor.version}: ${text}`);
  }

  /** Read by whichever behaviour runs by then (M6, U2). */
  #hear(actor: Actor, waiting: string[], text: string): void {
    if (actor.started && waiting.length === 0) actor.log.push(`${actor.version}: ${text}`);
    else waiting.push(text);
  }

  #spawn({ by, linked, watched, name }: Act & { act: 'spawn' }): void {
    const parent = this.at(by);
    const taken = this.#namesOf(parent).has(String(name));
    if (!parent.started || !parent.alive || taken) return;
    const child = this.#make(parent.node);
    this.#register(child, name);
    if (watched) this.#monitor(parent, child);
    if (!linked) return;
    const link = {};
    parent.links.set(child, link);
    child.links.set(parent, link);
  }

  #post(to: Actor, text: string): void {
    if (to.alive) this.#tell(to, () => this.#hear(to, to.inbox, text));
  }

  #tell(to: Actor, effect: () => void): void {
    this.#queue.push(() => {
      if (to.alive) effect();
    });
  }

  #link(by: Actor, to: Actor): void {
    if (by === to || by.links.has(to)) return;
    const link = {};
    if (!to.alive && by.node === to.node) {
      // K2: an error for the caller, unless it traps. Another node is asked, and says that there is nobody (D34).
      if (!by.trap || by.ghosts.has(to)) return;
      by.ghosts.set(to, link);
      return this.#tell(by, () => this.#down(by, by.ghosts, to, link, 'noproc'));
    }
    by.links.set(to, link);
    this.#queue.push(() => {
      if (!to.alive) this.#tell(by, () => this.#down(by, by.links, to, link, 'noproc'));
      else if (by.links.get(to) === link) to.links.set(by, link);
    });
  }

  #unlink(by: Actor, to: Actor): void {
    by.ghosts.delete(to);
    const link = by.links.get(to);
    if (link === undefined) return;
    by.links.delete(to);
    this.#tell(to, () => {
      if (to.links.get(by) === link) to.links.delete(by);
    });
  }

  /** A link has lost its other end; nothing, if it is another link by now (K3). */
  #down(at: Actor, links: Map<Actor, Link>, peer: Actor, link: Link, reason: string): void {
    if (links.get(peer) !== link) return;
    links.delete(peer);
    if (reason === 'normal') return;
    if (at.trap) this.#hear(at, at.signals, `down ${peer.place} ${reason}`);
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

  #register(actor: Actor, name: Name): void {
    const names = this.#namesOf(actor);
    if (actor.alive && name !== undefined && !names.has(name)) names.set(name, actor);
  }

  #kill(actor: Actor): void {
    if (actor.alive) this.#queue.push(() => this.#end(actor, 'killed'));
  }

  #cancel(to: Actor, deadline: number | undefined): void {
    if (!to.alive) return;
    const at = this.#now + (deadline ?? 0);
    this.#tell(to, () => {
      const kill = (): void => this.#kill(to);
      if (deadline !== undefined) this.#deadlines.push({ at: Math.max(at, this.#now), kill });
      this.#hear(to, to.signals, `cancel ${deadline === undefined ? '' : at}`);
    });
  }

  #signal(to: Actor, reason: Reason | 'kill'): void {
    if (!to.alive) return;
    this.#tell(to, () => {
      if (reason === 'kill') this.#end(to, 'killed');
      else if (reason === 'normal') return;
      else if (to.trap) this.#hear(to, to.signals, `down outside ${inWords(reason)}`);
      else this.#end(to, inWords(reason));
    });
  }

  #end(actor: Actor, reason: string): void {
    if (!actor.alive) return;
    actor.alive = false;
    const names = this.#namesOf(actor);
    for (const [name, owner] of names) if (owner === actor) names.delete(name);
    for (const members of this.#groups.values()) members.delete(actor);
    // EXIT before LINK_DOWN (K8).
    for (const monitor of this.monitors) {
      if (monitor.watcher === actor) monitor.active = false;
      else if (monitor.active && monitor.target === actor) this.#fire(monitor, reason);
    }
    for (const [peer, link] of actor.links) {
      this.#tell(peer, () => this.#down(peer, peer.links, actor, link, reason));
    }
  }
}

const inWords = (reason: Reason): string => (reason === 'crash' ? 'error crash' : reason);
