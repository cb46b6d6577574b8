import { filter, Subscription, timer, VirtualTimeScheduler } from 'rxjs';
import type { Connection, Published } from '../../../lib/channels/index.js';
import type { Pid } from '../../../lib/index.js';
import type { WireMessage } from '../../../lib/protocol/index.js';
import { testSystem } from '../../../lib/testing/index.js';
import { random } from '../../../lib/testing/live/random.js';
import { Checks } from './checks.js';
import { Kept } from './kept.js';
import { partsOf } from './leftThere.js';
import { Nodes, type Parting } from './nodes.js';
import { Requests, type Task } from './requests.js';
import { checkGone, checkRest } from './rest.js';
import { type Mood, ROOMS, type Room, type RoomHost, roomsOf } from './rooms.js';
import { Served } from './served.js';
import { Server } from './server.js';
import { Site } from './site.js';
import { Tab } from './tab.js';
import { Tabs } from './tabs.js';
import { type Sent, Truth } from './truth.js';
import { Witness } from './witness.js';

export const TABS = 3;

/** Milliseconds after which nodes that begin know each other. */
const LINKED = 4_000;

/** Some tabs and a server, or several that are nodes, all on one virtual clock; between them networks in which anything happens. */
export class World extends Tabs implements RoomHost {
  readonly clock = new VirtualTimeScheduler();
  readonly checks = new Checks();
  readonly requests = new Requests(this.checks);
  readonly truths = new Map<Room, Truth>(ROOMS.map((room) => [room, this.#truthOf(room)]));
  readonly servers: Server[];
  readonly tabs: readonly Tab[];
  /** `undefined`: there is one server, which is alone. */
  readonly nodes: Nodes | undefined;
  readonly site = new Site(
    this.checks,
    (room) => (this.truths.get(room as Room) as Truth).watched,
    () => this.clock.now(),
  );
  hookTime = 0;
  isLimited = true;
  readonly #random = random(1);
  readonly #moods = new Map<string, Mood>();
  /** By number, who has sent a message. */
  readonly #senders: string[] = [''];
  /** What was sent to be recorded, by whom. */
  readonly #recorded: { readonly room: Room; readonly n: number; readonly server: Server }[] = [];
  #ids = 0;
  #kept = new Kept();
  /** How often each message was encoded, and what some get in its place. */
  readonly #encodings = new Map<number, number>();
  #changed: { readonly n: number; readonly message: WireMessage } | undefined;
  readonly #witness = new Witness(this.clock, ROOMS, this.checks);
  /** All that listens on servers, so that it can end. */
  #listening = new Subscription();

  constructor(count = 1) {
    super();
    this.nodes = count > 1 ? this.#makeNodes() : undefined;
    for (const truth of this.truths.values()) truth.isToldLate = count > 1;
    this.servers = Array.from({ length: count }, (_, at) => this.#start(at));
    this.tabs = Array.from(
      { length: TABS },
      (_, at) => new Tab(at, this.clock, () => this.some(), this.truths, this.checks),
    );
    this.advance(count > 1 ? LINKED : 50);
  }

  /** What is in the log may be read there by whoever comes next, though nobody was shown it yet. */
  #makeNodes(): Nodes {
    return new Nodes(this.clock, (room, epoch, offset, text) => {
      this.truths.get(room as Room)?.shown(epoch, offset, JSON.parse(text).payload);
    });
  }

  #truthOf(room: Room): Truth {
    return new Truth(room, this.checks, (n) => this.#senders[n] as string);
  }

  #start(at: number): Server {
    const { clock, site } = this;
    const isMember = (id: string, room: string): boolean => {
      const { channels } = server.manager;
      return channels.getSubscribers(room).includes(server.manager.pidOf(id) ?? '');
    };
    const node = this.nodes?.join(at);
    const store = node?.store ?? this.#kept.next;
    const id = `server ${++this.#ids}`;
    const channels = roomsOf(this, { id, store, own: node ? undefined : store });
    const server: Server = new Server(
      ...([clock, node ?? { system: testSystem({ scheduler: clock }) }] as const),
      { channels, cluster: node?.cluster },
      ...([new Served(site, isMember), id, (what: string) => `${what[0]}${++this.#ids}`] as const),
    );
    this.#listen(server);
    if (at === 0) this.#witness.come(server);
    return server;
  }

  #listen(server: Server): void {
    const { inside, manager, served } = server;
    const listening = this.#listening;
    // What has ended says nothing any more, and what ends shows nobody who is present, though its parts end one after the other.
    const isAlive = (): boolean => server.phase !== 'down';
    const isUp = (): boolean => server.phase === 'up';
    for (const room of ROOMS) {
      const { presence$ } = manager.channel(room);
      listening.add(
        presence$.pipe(filter(isUp)).subscribe((list) => served.place(room).published(list)),
      );
    }
    // Not by the channels' own streams, as whoever listens to these attends.
    const shown$ = inside.broker.streams.published.stream$;
    listening.add(
      shown$.pipe(filter(isAlive)).subscribe(({ channel, offset, payload }) => {
        const { epoch } = manager.channel(channel).position ?? {};
        if (epoch === undefined || offset === undefined) return;
        this.truths.get(channel as Room)?.shown(epoch, offset, payload as Sent);
      }),
    );
    manager.messages$.subscribe((message) => {
      const { data } = message.payload as { readonly data: Task };
      this.perform(data);
      timer(Math.max(0, data.wait), this.clock).subscribe(() => message.reply(data.n));
    });
  }

  /** Any server that takes connections. */
  some(): Server | undefined {
    const { running } = this;
    return running[Math.floor(this.#random() * running.length)];
  }

  get running(): readonly Server[] {
    return this.servers.filter(({ phase }) => phase === 'up');
  }

  /** The server that a tab is connected to, as its client sees it. */
  serverOf(at: number): Server | undefined {
    const { id } = this.tab(at).client;
    return this.running.find(({ manager }) => id !== undefined && manager.pidOf(id) !== undefined);
  }

  // --- what the rooms ask for ----------------------------------------------------------------------

  get admissions(): RoomHost['admissions'] {
    return this.site.admissions;
  }

  moodOf({ metadata }: Connection, room: Room): Mood {
    return this.#moods.get(`${metadata.tab} ${room}`) ?? 'yes';
  }

  perform(task: Task): void {
    this.requests.performed(task);
  }

  next(key: string, by: string): Sent {
    return { n: this.#senders.push(by) - 1, key };
  }

  readonly changed = ({ payload }: Published): WireMessage => {
    const { n, key } = payload as Sent;
    if (this.#changed?.n !== n) this.#changed = { n, message: this.#counted({ n, key }) };
    return this.#changed.message;
  };

  #counted(sent: Sent): WireMessage {
    const toJSON = (): Sent => {
      this.#encodings.set(sent.n, (this.#encodings.get(sent.n) ?? 0) + 1);
      return sent;
    };
    return { type: 'json', payload: { ...sent, toJSON }, timestamp: 0 };
  }

  // --- what may happen -----------------------------------------------------------------------------

  advance(millis: number): void {
    const busy = this.nodes?.isBusy ? Math.min(millis, BUSY) : 0;
    this.#pass(busy);
    if (busy > 0) this.nodes?.idle();
    this.#pass(millis - busy);
    if (millis === 0) return;
    this.site.check();
    for (const server of this.running) {
      for (const room of ['all:1', 'all:2']) this.#checkMembers(server, room);
    }
  }

  #pass(millis: number): void {
    this.clock.maxFrames = this.clock.now() + millis;
    this.clock.flush();
    this.clock.frame = this.clock.maxFrames;
  }

  leave(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.stop();
    // Which its server has made a member is one until that ends it (B31).
    if (this.serverOf(at)?.enrolled.delete(`${this.#pidOf(at)} ${room}`))
      this.kick(at, room, false);
  }

  /** The server has whoever follows join by itself. */
  enrol(at: number, room: Room): void {
    const pid = this.#pidOf(at);
    const server = this.serverOf(at);
    if (pid === undefined || server === undefined) return;
    if (this.tab(at).rooms.get(room)?.isWanted !== true) return;
    const { enrolled, manager } = server;
    this.admissions.answered(this.tab(at).client.id ?? '', room, Number.POSITIVE_INFINITY);
    if (manager.channels.subscribe(room, pid)) enrolled.add(`${pid} ${room}`);
  }

  #pidOf(at: number): Pid | undefined {
    return this.serverOf(at)?.manager.pidOf(this.tab(at).client.id ?? '');
  }

  publish(room: Room, key: string, isRecorded: boolean): void {
    const server = this.some();
    if (server === undefined) return;
    const sent = this.next(key, server.id);
    server.manager.sendToChannel(room, this.#counted(sent), { record: isRecorded });
    // Where there are several, some of it comes later.
    const most = room.startsWith('odd') ? 3 : 2;
    const count = this.#encodings.get(sent.n) ?? 0;
    this.checks.must(count <= most, `PT13: ${count} encodings in ${room}`);
    if (isRecorded && !room.startsWith('none')) this.#recorded.push({ room, n: sent.n, server });
  }

  /** So many, as where something is broken, or begins. */
  burst(room: Room, count: number): void {
    for (let i = 0; i < count; i++) this.publish(room, 'a', true);
  }

  #checkMembers({ manager }: Server, room: string): void {
    for (const pid of manager.channels.getSubscribers(room)) {
      const { id, identity } = manager.getConnectionMetadata(pid) ?? {};
      if (id !== undefined && identity !== 'witness') this.admissions.entered(id, room);
    }
  }

  /** Something is sent while a component is mounted again (CC2). */
  blink(at: number, room: Room): void {
    this.leave(at, room);
    this.publish(room, 'a', true);
    this.advance(20);
    this.follow(at, room);
  }

  kick(at: number, room: Room, retry: boolean): void {
    const pid = this.#pidOf(at);
    if (pid !== undefined) this.serverOf(at)?.manager.unsubscribe(pid, room, { retry });
  }

  delete(room: Room): void {
    const server = this.some();
    // Where a node is not up yet for all others its word comes later, and who has come meanwhile goes by it.
    if (server === undefined || server.others < this.running.length - 1) return;
    const { manager } = server;
    const before = manager.channel(room).position?.epoch;
    this.#clear(room);
    manager.channels.deleteChannel(room);
    if (this.nodes !== undefined) return;
    const after = manager.channel(room).position?.epoch;
    const isNew = before === undefined || after !== before;
    this.checks.must(isNew, `CH2: ${room} was deleted, and its stream goes on`);
  }

  /** Nobody is present there any more. */
  #clear(room: Room): void {
    this.site.comings(room).clear();
    for (const { served } of this.servers) served.place(room).clear();
  }

  /** What the hook says of a tab from now on; it may be asked at once. */
  mood(at: number, room: Room, how: Mood, isAsked: boolean): void {
    this.#moods.set(`${at} ${room}`, how);
    if (isAsked) for (const { manager } of this.running) void manager.reauthorize();
  }

  /** The hook of the streams takes so long from now on. */
  hook(millis: number): void {
    this.hookTime = millis;
  }

  /** All servers end, and others come; the disk is the same, or is empty. */
  restart(isKept: boolean): void {
    if (!isKept) {
      this.#kept = new Kept();
      this.nodes?.empty();
    }
    for (const { network } of this.tabs) for (const wire of network.wires) wire.cut(0, 0);
    for (const room of ROOMS) this.#clear(room);
    for (const server of this.servers) server.kill();
    for (const at of this.servers.keys()) this.servers[at] = this.#start(at);
  }

  // --- what becomes of nodes ------------------------------------------------------------------------

  /** As SIGKILL. */
  kill(at: number): void {
    const server = this.servers[at] as Server;
    if (server.phase === 'up') server.kill();
  }

  /** It ends in order, as where another version comes. */
  async drain(at: number): Promise<void> {
    const server = this.servers[at] as Server;
    if (server.phase === 'up') await server.drain((millis) => this.advance(millis));
  }

  /** A fault of the node where the home of a room is, while messages are on their way through that. */
  async strike(room: Room, how: Parting | 'kill' | 'drain', millis: number): Promise<void> {
    const home = ({ inside }: Server): unknown => partsOf(inside)?.homed.find(room)?.home;
    const at = this.servers.findIndex((server) => server.phase === 'up' && home(server));
    this.burst(room, 3);
    this.advance(millis);
    if (at < 0) return;
    if (how === 'kill' || how === 'drain') await this[how](at);
    else this.part(at, how);
  }

  /** A node that has ended comes again. */
  begin(at: number): void {
    if (this.servers[at]?.phase === 'down') this.servers[at] = this.#start(at);
  }

  /** A node is alone, without the others, NATS and its store; its clients are still there. */
  part(at: number, how: Parting): void {
    this.site.isWhole = false;
    this.nodes?.part(at, how);
  }

  /** A node has much to do, for a moment of the next time that passes. */
  busy(at: number): void {
    this.nodes?.busy(at);
  }

  /** NATS loses a part of what nodes send each other. */
  lose(part: number): void {
    this.site.isWhole = false;
    this.nodes?.lose(part);
  }

  heal(): void {
    this.site.isWhole = true;
    this.nodes?.heal();
  }

  // --- how it ends ---------------------------------------------------------------------------------

  /** All is well again, and everything has come to rest. */
  settle(): void {
    this.hookTime = 0;
    this.isLimited = false;
    this.#moods.clear();
    for (const { at, network } of this.tabs) {
      network.isUp = true;
      this.release(at);
      network.wire?.lag(0);
    }
    if (this.nodes !== undefined) this.heal();
    for (const at of this.servers.keys()) this.begin(at);
    this.advance(this.nodes === undefined ? 90_000 : 60_000);
    for (const room of ROOMS) this.publish(room, 'end', true);
    this.advance(3_000);
    checkRest(this);
    this.requests.check();
    for (const { room, n, server } of this.#recorded) {
      // What a server took with it that has ended may be lost.
      const isThere = server.phase !== 'up' || this.truths.get(room)?.has(n) === true;
      this.checks.must(isThere, `PT1: ${n} was sent to ${room}, and has no place`);
    }
  }

  /** Everybody goes, and nothing is left (PT14). */
  end(): void {
    for (const { client } of this.tabs) client.close();
    for (const { manager } of this.servers) manager.closeAll();
    this.#listening.unsubscribe();
    // Beats make a long time a dear one.
    this.advance(this.nodes === undefined ? 3_600_000 * 2 : 200_000);
    checkGone(this);
  }
}

/** Milliseconds: some round trips of nodes, which a client does not notice. */
const BUSY = 40;
