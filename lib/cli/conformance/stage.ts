import { setTimeout as sleep } from 'node:timers/promises';
import { V1 } from '../../protocol/index.js';
import type { Like } from './journal.js';
import { now, type Peer } from './peer.js';
import type { Dial, ScriptedServer } from './scriptedServer.js';
import type { Deed, Seen, Subject } from './subject.js';
import { expectEqual, Unexpected } from './unexpected.js';

/** What a check plays on: a server that says what it is told, and a client. */
export class Stage {
  readonly #server: ScriptedServer;
  readonly #program: Subject;
  #hellos = 0;
  #markers = 0;

  constructor(server: ScriptedServer, program: Subject) {
    this.#server = server;
    this.#program = program;
  }

  /** Has a new client connect; gives its dial, which is not answered yet. */
  async dial(...tokens: readonly string[]): Promise<Dial> {
    this.#program.do({ do: 'open', url: this.#server.begin(), speed: SPEED, tokens });
    // A program takes its time to start. What it says before that is of the client before.
    await this.#program.seen.skipTo({ saw: 'new' }, '{"saw":"new"}', FIRST);
    return this.#server.dials.take({}, 'a dial');
  }

  /** Its next dial. */
  redial(what = 'another dial'): Promise<Dial> {
    return this.#server.dials.take({}, what);
  }

  /** Has a new client connect, and welcomes it. */
  async open(hello: object = {}, ...tokens: readonly string[]): Promise<Peer> {
    return this.welcome(await this.dial(...tokens), hello);
  }

  /** Welcomes the client when it comes back. */
  async back(hello: object = {}): Promise<Peer> {
    return this.welcome(await this.redial(), hello);
  }

  async welcome(dial: Dial, hello: object = {}): Promise<Peer> {
    const peer = dial.accept(V1);
    peer.send(this.hello(hello));
    await this.saw({ saw: 'open' });
    return peer;
  }

  /** The first frame of a connection (CP20). */
  hello(fields: object = {}): object {
    const n = ++this.#hellos;
    const limits = { payload: 1_048_576, batch: 64, pending: 64, channels: 128 };
    const [id, session] = [`connection-${n}`, `session-${n}`].map((each) => each.padEnd(22, '-'));
    const hello = { version: 1, id, session, heartbeat: 600_000, limits, ...fields };
    return { hello, type: 'system', payload: 'WebSocket connected', timestamp: now() };
  }

  /** Has the client subscribe a channel, and lets it in. */
  async subscribe(peer: Peer, channel: string, result: object = {}): Promise<void> {
    this.do({ do: 'subscribe', channel });
    peer.reply(await peer.command('subscribe', { channel }), result);
    await this.saw({ saw: 'subscribed', channel });
  }

  do(deed: Deed): void {
    this.#program.do(deed);
  }

  /** Has the client send a request, and gives it as it comes. */
  async request(peer: Peer, as: string, { once = false, data = as as unknown } = {}) {
    this.do({ do: 'request', as, event: 'ask', data, once });
    return peer.take({ type: 'event', payload: { event: 'ask', data } }, `the request ${as}`);
  }

  /** Waits until the program says that it saw this. */
  saw(wanted: Like): Promise<Seen> {
    return this.#program.seen.take(wanted, JSON.stringify(wanted));
  }

  /** What it says to have seen of a channel, taken or not, is exactly this, at the end of all that was sent. */
  async sawEvents(peer: Peer, channel: string, expected: readonly unknown[]): Promise<void> {
    const marker = `marker ${++this.#markers}`;
    peer.push(channel, 'marker', marker);
    await this.saw({ saw: 'event', channel, event: 'marker', data: marker });
    const seen = this.#program.seen.items;
    const events = seen.filter((each) => each.saw === 'event' && each.channel === channel);
    const data = events.map((each) => each.data);
    expectEqual('the events', data, expected);
    this.#program.seen.clear();
  }

  /** Nothing such was seen so far. */
  sawNo(saw: Seen['saw']): void {
    const found = this.#program.seen.items.find((each) => each.saw === saw);
    if (found !== undefined) throw new Unexpected(`no {"saw":"${saw}"}`, JSON.stringify(found));
  }

  /** The client says that it is closed for good, with a code, and does not dial. */
  async closedForGood(code: number, what = `closed with ${code}, for good`): Promise<void> {
    await this.noDial(what);
    const seen = await this.#program.seen.take(
      { saw: 'closed' },
      `{"saw":"closed","code":${code}}`,
    );
    expectEqual('the code', seen.code, code);
  }

  /** Lets time pass, of the client's clock. */
  async pause(millis: number): Promise<void> {
    await sleep(real(millis));
  }

  /** Whether a dial waits for its answer. */
  get isDialing(): boolean {
    return this.#server.dials.items.length > 0;
  }

  /** The client does not dial for some time of its clock. */
  async noDial(what: string, millis = 6_000): Promise<void> {
    await this.pause(millis);
    if (this.isDialing) throw new Unexpected(what, 'another dial');
  }
}

/** How many times as fast the clock of the client goes, so that a check is short. */
export const SPEED = 50;

/** A time of the client's clock, in real milliseconds. */
export const real = (millis: number): number => millis / SPEED;

/** A real time as text, in that of the client's clock. */
export const clockTime = (millis: number): string =>
  `${Math.round(millis * SPEED)} ms of its clock`;

/** Milliseconds for a program to start and dial. */
const FIRST = 15_000;
