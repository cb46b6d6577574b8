import type { ClientMessage } from '../../../lib/channels/index.js';
import { Scene, type Visitor } from '../scene.js';
import { must } from '../schedule.js';
import { timers } from './support.js';

export const CLIENTS = 2;

/** One connection: frames on their way, either of which end with it. */
interface Link {
  readonly visitor: Visitor;
  readonly up: string[];
  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  readonly down: any[];
}

/** A request, as its client sees it. */
interface Ask {
  readonly key: string;
  wasSent: boolean;
  outcome: string | undefined;
}

/** A client that does what ours does: it dials again, asks for its session, and repeats what has no reply (CP22, CP23). */
class Client {
  link: Link | undefined;
  session: string | undefined;
  /** Whether it has had the answer to its resume, if it has sent one. */
  isReady = false;
  dials = 0;
  readonly asks = new Map<number, Ask>();
  #fresh = '';
  #resume = 0;
  #ids = 0;

  constructor(readonly identity: string) {}

  sends(message: object): void {
    this.link?.up.push(JSON.stringify(message));
  }

  ask(): void {
    const id = ++this.#ids;
    this.asks.set(id, { key: `${this.identity} ${id}`, wasSent: false, outcome: undefined });
    if (this.isReady) this.#askAgain();
  }

  get #waiting(): [number, Ask][] {
    return [...this.asks].filter(([, { outcome }]) => outcome === undefined);
  }

  /** Those without a reply, but for those that this connection has had already. */
  #askAgain(): void {
    for (const [id, ask] of this.#waiting) {
      if (this.#sent.has(id)) continue;
      this.#sent.add(id);
      ask.wasSent = true;
      this.sends({ type: 'json', payload: ask.key, id, once: true });
    }
  }

  #sent = new Set<number>();

  dial(link: Link): void {
    this.link = link;
    this.dials++;
    this.isReady = false;
    this.#sent = new Set();
  }

  /** Reads one frame. */
  read(): void {
    const frame = this.link?.down.shift();
    if (frame?.hello !== undefined) this.#welcomed(frame.hello.session);
    else if (frame?.id === this.#resume) this.#resumed(frame.result.resumed);
    // Not a ping.
    else if (frame?.id !== undefined) this.#answered(frame);
  }

  #welcomed(session: string): void {
    this.#fresh = session;
    if (this.session === undefined) return this.#begin(session);
    this.#resume = ++this.#ids;
    const payload = { command: 'resume', session: this.session, n: this.dials };
    this.sends({ type: 'system', payload, id: this.#resume });
  }

  #begin(session: string): void {
    this.session = session;
    this.isReady = true;
    this.#askAgain();
  }

  #resumed(isResumed: boolean): void {
    if (isResumed) return this.#begin(this.session as string);
    for (const [, ask] of this.#waiting) if (ask.wasSent) ask.outcome = 'session gone';
    this.#begin(this.#fresh);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #answered({ id, ok, payload, error }: any): void {
    const ask = this.asks.get(id);
    must(ask !== undefined && ask.outcome === undefined, `PT4: one outcome of ${id}`);
    must(!ok || payload === ask?.key, 'the reply is that of the request');
    (ask as Ask).outcome = ok ? 'ok' : error.code;
  }
}

/** A server and its clients, over wires that may lose any suffix of what is on its way, and be half-open for a while. */
export class Model {
  readonly scene = new Scene({
    limits: { onceReplies: 2, requestsPerSecond: 0, requestTimeout: '10s' },
  });
  readonly clients = Array.from({ length: CLIENTS }, (_, i) => new Client(`client ${i}`));
  /** Connections that are lost to their client, but not to the server. */
  readonly halfOpen: Link[] = [];
  /** What the application has to answer. */
  readonly asked: ClientMessage[] = [];
  readonly runs = new Map<string, number>();

  constructor() {
    this.scene.manager.messages$.subscribe((message) => {
      const key = String(message.payload);
      this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
      must(this.runs.get(key) === 1, `PT5: ${key} is performed twice`);
      this.asked.push(message);
    });
  }

  #connect(identity: string): Link {
    const visitor = this.scene.connect({ connect: () => ({ identity }) });
    return { visitor, up: [], down: visitor.frames };
  }

  dial(who: number): void {
    const client = this.clients[who] as Client;
    if (client.link === undefined) client.dial(this.#connect(client.identity));
  }

  ask(who: number): void {
    this.clients[who]?.ask();
  }

  /** So many frames of a client get to the server. */
  up(who: number, count: number): void {
    this.#pass(this.clients[who]?.link, count);
  }

  /** What a client has sent before it lost a connection gets there late. */
  lag(which: number, count: number): void {
    this.#pass(this.halfOpen.at(-which), count);
  }

  /** Its resume, and what it asks, are on their way when it loses the connection. */
  hangs(who: number): void {
    this.dial(who);
    this.check();
    this.down(who, 100);
    this.loseHalf(who);
  }

  /** It is connected, has its session, and has asked again for what has no reply. */
  comesBack(who: number): void {
    this.dial(who);
    for (let i = 0; i < 2; i++) {
      this.check();
      this.down(who, 100);
      this.up(who, 100);
    }
  }

  #pass(link: Link | undefined, count: number): void {
    for (const text of link?.up.splice(0, count) ?? []) link?.visitor.sends(text);
    this.#look();
  }

  down(who: number, count: number): void {
    for (let i = 0; i < count; i++) this.clients[who]?.read();
  }

  /** Both sides know at once. */
  lose(who: number): void {
    const { link } = this.clients[who] as Client;
    this.#away(who);
    link?.visitor.leaves();
  }

  /** Only the client knows. */
  loseHalf(who: number): void {
    const { link } = this.clients[who] as Client;
    this.#away(who);
    if (link !== undefined) this.halfOpen.push(link);
  }

  /** The server's ping has found out. */
  notice(): void {
    this.halfOpen.shift()?.visitor.leaves();
  }

  #away(who: number): void {
    const client = this.clients[who] as Client;
    client.link = undefined;
    client.isReady = false;
  }

  /** Somebody else has got the secret of a session. */
  steal(who: number): void {
    const { session } = this.clients[who] as Client;
    if (session === undefined) return;
    const { visitor } = this.#connect('thief');
    visitor.command('resume', { session, n: 1_000_000 }, 1);
    must(visitor.frames[0]?.result.resumed === false, 'a session of somebody else');
    visitor.leaves();
  }

  /** The application answers its oldest or newest request. */
  answer(oldest: boolean): void {
    const message = oldest ? this.asked.shift() : this.asked.pop();
    message?.reply(message.payload);
    this.scene.system.flush();
  }

  wait(millis: number): void {
    this.scene.system.advance(millis);
    this.#look();
  }

  /** What the server has done to the connections. */
  #look(): void {
    for (const link of [...this.halfOpen]) {
      if (link.visitor.closing === undefined) continue;
      this.halfOpen.splice(this.halfOpen.indexOf(link), 1);
      link.visitor.leaves(4409);
    }
  }

  check(): void {
    this.#look();
    const holders = new Set<unknown>();
    const { members, sessions } = this.scene.broker;
    for (const { pid, session } of members.values()) {
      must(session?.holder === pid && !holders.has(session), 'PT6: a session of two connections');
      must(sessions.find(session?.secret ?? '') === session, 'a session that nobody finds');
      holders.add(session);
    }
    for (const { link } of this.clients) {
      must(link?.visitor.closing === undefined, 'PT6: the newest dial was closed');
      link?.down.push(...link.visitor.frames);
    }
  }

  /** Everything gets through now: each request has its one outcome, which says what was done; then all go. */
  end(): void {
    for (let who = 0; who < CLIENTS; who++) this.dial(who);
    for (let round = 0; round < 6; round++) {
      for (let who = 0; who < CLIENTS; who++) {
        this.up(who, 1_000);
        this.check();
        this.down(who, 1_000);
      }
      while (this.asked.length > 0) this.answer(true);
      this.check();
    }
    for (const { asks } of this.clients) {
      for (const { key, outcome } of asks.values()) {
        const runs = this.runs.get(key) ?? 0;
        must(outcome !== undefined, `PT4: no outcome of ${key}`);
        must(runs === 1 || outcome === 'session gone', `${key} is ${outcome} after ${runs} runs`);
      }
    }
    for (let who = 0; who < CLIENTS; who++) this.lose(who);
    while (this.halfOpen.length > 0) this.notice();
    this.wait(70_000);
    const { sessions } = this.scene.broker;
    must(sessions.size + sessions.bytes + timers(this.scene) === 0, 'PT14: something is left');
  }
}
