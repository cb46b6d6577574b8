import { timer, VirtualTimeScheduler } from 'rxjs';
import type { Connection, Published } from '../../../lib/channels/index.js';
import type { Pid } from '../../../lib/index.js';
import type { WireMessage } from '../../../lib/protocol/index.js';
import { Checks } from './checks.js';
import { Kept } from './kept.js';
import type { Wire } from './network.js';
import { Requests, type Task } from './requests.js';
import { checkGone, checkRest } from './rest.js';
import { type Mood, ROOMS, type Room, type RoomHost, roomsOf } from './rooms.js';
import { Served } from './served.js';
import { Server } from './server.js';
import { Tab } from './tab.js';
import { type Sent, Truth } from './truth.js';
import { Witness } from './witness.js';

export const TABS = 3;

/** Some tabs and a server, all on one virtual clock, between them a network in which anything happens. */
export class World implements RoomHost {
  readonly clock = new VirtualTimeScheduler();
  readonly checks = new Checks();
  readonly requests = new Requests(this.checks);
  readonly truths = new Map<Room, Truth>(ROOMS.map((room) => [room, new Truth()]));
  server: Server;
  readonly tabs: readonly Tab[];
  hookTime = 0;
  isLimited = true;
  readonly #moods = new Map<string, Mood>();
  #sent = 0;
  #ids = 0;
  #kept = new Kept();
  /** How often what is sent now was encoded, and what some get in its place. */
  #encodings = 0;
  #changed: { readonly n: number; readonly message: WireMessage } | undefined;
  readonly #witness = new Witness(this.clock, () => this.server, ROOMS, this.checks);

  constructor() {
    this.server = this.#start();
    this.tabs = Array.from(
      { length: TABS },
      (_, at) => new Tab(at, this.clock, () => this.server, this.truths, this.checks),
    );
    this.advance(50);
  }

  #start(): Server {
    const { checks, clock, truths } = this;
    const watched = (room: Room) => (truths.get(room) as Truth).watched;
    const isMember = (id: string, room: string): boolean => {
      const { channels } = server.manager;
      return channels.getSubscribers(room).includes(server.manager.pidOf(id) ?? '');
    };
    const served = new Served(checks, watched, () => clock.now(), isMember);
    const channels = roomsOf(this.#kept.next, this);
    const server: Server = new Server(
      clock,
      { channels },
      served,
      (what) => `${what[0]}${++this.#ids}`,
    );
    this.server = server;
    for (const room of ROOMS) {
      const { presence$ } = server.manager.channel(room);
      presence$.subscribe((list) => served.place(room).published(list));
    }
    const process = server.manager.channel('proc:1');
    process.published$.subscribe(({ offset, payload }) => {
      const sent = payload as Sent;
      if (sent.key === 'p') this.#keep('proc:1', process.position?.epoch, offset, sent);
    });
    this.#witness.come();
    server.manager.messages$.subscribe((message) => {
      const { data } = message.payload as { readonly data: Task };
      this.perform(data);
      timer(Math.max(0, data.wait), clock).subscribe(() => message.reply(data.n));
    });
    return server;
  }

  tab(at: number): Tab {
    return this.tabs[at] as Tab;
  }

  #wire(at: number): Wire | undefined {
    return this.tab(at).network.wire;
  }

  // --- what the rooms ask for ----------------------------------------------------------------------

  get admissions(): RoomHost['admissions'] {
    return this.server.served.admissions;
  }

  moodOf({ metadata }: Connection, room: Room): Mood {
    return this.#moods.get(`${metadata.tab} ${room}`) ?? 'yes';
  }

  perform(task: Task): void {
    this.requests.performed(task);
  }

  next(key: string): Sent {
    return { n: ++this.#sent, key };
  }

  readonly changed = ({ payload }: Published): WireMessage => {
    const { n, key } = payload as Sent;
    if (this.#changed?.n !== n) this.#changed = { n, message: this.#counted({ n, key }) };
    return this.#changed.message;
  };

  #counted(sent: Sent): WireMessage {
    const toJSON = (): Sent => {
      this.#encodings++;
      return sent;
    };
    return { type: 'json', payload: { ...sent, toJSON }, timestamp: 0 };
  }

  // --- what may happen -----------------------------------------------------------------------------

  advance(millis: number): void {
    this.clock.maxFrames = this.clock.now() + millis;
    this.clock.flush();
    this.clock.frame = this.clock.maxFrames;
    if (millis === 0) return;
    this.server.served.check();
    for (const room of ['all:1', 'all:2'] as const) this.#checkMembers(room);
  }

  follow(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.start();
  }

  leave(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.stop();
    // Which its server has made a member is one until that ends it (B31).
    const pid = this.#pidOf(at);
    if (this.server.enrolled.delete(`${pid} ${room}`)) this.kick(at, room, false);
  }

  /** The server has whoever follows join by itself. */
  enrol(at: number, room: Room): void {
    const pid = this.#pidOf(at);
    if (pid === undefined || this.tab(at).rooms.get(room)?.isWanted !== true) return;
    const { enrolled, manager } = this.server;
    this.admissions.answered(this.tab(at).client.id ?? '', room, Number.POSITIVE_INFINITY);
    if (manager.channels.subscribe(room, pid)) enrolled.add(`${pid} ${room}`);
  }

  #pidOf(at: number): Pid | undefined {
    const { id } = this.tab(at).client;
    return id === undefined ? undefined : this.server.manager.pidOf(id);
  }

  reload(at: number, isStored: boolean): void {
    this.tab(at).reload(isStored);
  }

  publish(room: Room, key: string, isRecorded: boolean): void {
    const { manager } = this.server;
    const sent = this.next(key);
    this.#encodings = 0;
    manager.sendToChannel(room, this.#counted(sent), { record: isRecorded });
    const most = room.startsWith('odd') ? 3 : 2;
    this.checks.must(this.#encodings <= most, `PT13: ${this.#encodings} encodings in ${room}`);
    const { position } = manager.channel(room);
    if (isRecorded) this.#keep(room, position?.epoch, position?.offset, sent);
  }

  /** So many, as where something is broken, or begins. */
  burst(room: Room, count: number): void {
    for (let i = 0; i < count; i++) this.publish(room, 'a', true);
  }

  #checkMembers(room: Room): void {
    const { manager } = this.server;
    for (const pid of manager.channels.getSubscribers(room)) {
      const { id, identity } = manager.getConnectionMetadata(pid) ?? {};
      if (id !== undefined && identity !== 'witness') this.admissions.entered(id, room);
    }
  }

  #keep(room: Room, epoch = '', offset = 0, sent: Sent): void {
    if (epoch !== '') this.truths.get(room)?.of(epoch).set(offset, sent);
  }

  ask(at: number, once: boolean, wait: number): void {
    const { client } = this.tab(at);
    this.requests.ask(wait, (task) => client.request('do', task, { once }));
  }

  /** Asks in a room: its process, if it has one. */
  askIn(at: number, room: Room, once: boolean, wait: number): void {
    const channel = this.tab(at).rooms.get(room)?.channel;
    this.requests.ask(wait, (task) => channel?.request('do', task, { once }) as never);
  }

  /** Asks for a page of what was sent, which must be true. */
  page(at: number, room: Room, limit: number, reverse: boolean): void {
    this.tab(at).rooms.get(room)?.page({ limit, reverse });
  }

  appear(at: number, room: Room, status: string): void {
    const channel = this.tab(at).rooms.get(room)?.channel;
    channel?.updatePresence(status).subscribe({ error: () => {} });
  }

  stall(at: number, way: 'up' | 'down'): void {
    this.#wire(at)?.[way].stall();
  }

  /** All that was held up comes through, of connections that are given up as well. */
  release(at: number): void {
    for (const wire of this.tab(at).network.wires) wire.release();
  }

  slow(at: number, latency: number): void {
    this.#wire(at)?.slow(latency);
  }

  cut(at: number, up: number, down: number): void {
    this.#wire(at)?.cut(up, down);
  }

  half(at: number, side: 'client' | 'server', up: number, down: number): void {
    this.#wire(at)?.half(side, up, down);
  }

  ghost(at: number): void {
    this.#wire(at)?.ghost();
  }

  /** Two connections after the last: of the first one nothing comes up before the second has what it asked for. */
  overtake(at: number): void {
    this.cut(at, 0, 0);
    const { network } = this.tab(at);
    network.isHeldUp = true;
    this.advance(1_000);
    network.isHeldUp = false;
    this.ghost(at);
    this.advance(1_000);
    this.release(at);
  }

  /** Something is sent while a component is mounted again (CC2). */
  blink(at: number, room: Room): void {
    this.leave(at, room);
    this.publish(room, 'a', true);
    this.advance(20);
    this.follow(at, room);
  }

  offline(at: number, isDown: boolean): void {
    this.tab(at).network.isUp = !isDown;
    if (isDown) this.cut(at, 0, 0);
  }

  kick(at: number, room: Room, retry: boolean): void {
    const pid = this.#pidOf(at);
    if (pid !== undefined) this.server.manager.unsubscribe(pid, room, { retry });
  }

  delete(room: Room): void {
    const { manager, served } = this.server;
    const before = manager.channel(room).position?.epoch;
    served.place(room).clear();
    manager.channels.deleteChannel(room);
    const after = manager.channel(room).position?.epoch;
    const isNew = before === undefined || after !== before;
    this.checks.must(isNew, `CH2: ${room} was deleted, and its stream goes on`);
  }

  /** What the hook says of a tab from now on; it may be asked at once. */
  mood(at: number, room: Room, how: Mood, isAsked: boolean): void {
    this.#moods.set(`${at} ${room}`, how);
    if (isAsked) void this.server.manager.reauthorize();
  }

  lag(at: number, bytes: number): void {
    this.#wire(at)?.lag(bytes);
  }

  /** The hook of the streams takes so long from now on. */
  hook(millis: number): void {
    this.hookTime = millis;
  }

  /** The server ends, and another one comes; the disk is the same, or is empty. */
  restart(isKept: boolean): void {
    if (!isKept) this.#kept = new Kept();
    for (const { network } of this.tabs) for (const wire of network.wires) wire.cut(0, 0);
    for (const room of ROOMS) this.server.served.place(room).clear();
    this.server.kill();
    this.server = this.#start();
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
    this.advance(90_000);
    for (const room of ROOMS) this.publish(room, 'end', true);
    this.advance(3_000);
    checkRest(this);
    this.requests.check();
  }

  /** Everybody goes, and nothing is left (PT14). */
  end(): void {
    for (const { client } of this.tabs) client.close();
    this.server.manager.closeAll();
    this.advance(3_600_000 * 2);
    checkGone(this);
  }
}
