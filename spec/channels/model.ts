import { Subject } from 'rxjs';
import { type ClientMessage, channel, type JoinAnswer } from '../../lib/channels/index.js';
import type { Pid } from '../../lib/index.js';
import { Scene, type Visitor } from './scene.js';
import { must } from './schedule.js';

export const CHANNELS = ['open', 'slow:1', 'slow:2'] as const;
export const CLIENTS = 4;

/**
 * A client as itself sees the world: which channels it is in, by what it was told, and which of its requests have
 * been answered. A plain one is not told what the server does to it, so that it looks at order only.
 */
class Witness {
  readonly isIn = new Set<string>();
  readonly answered = new Map<number, number>();
  readonly numbers: number[] = [];
  readonly #lastIds = new Map<string, number>();

  constructor(
    readonly visitor: Visitor,
    readonly isV1: boolean,
    /** Its public id. */
    readonly id: string,
    /** What each request was about. */
    readonly requests: Map<number, string>,
  ) {}

  get pid(): Pid {
    return this.visitor.pid;
  }

  /** Reads what has come, and checks each frame when it comes. */
  read(): void {
    for (const text of this.visitor.texts) {
      const frame = JSON.parse(text);
      if (frame.id !== undefined) this.#reply(frame);
      else if (this.isV1) this.#push(frame);
      // CP1: not a key more than on the page.
      else must(/^type,(payload,)?timestamp$/.test(Object.keys(frame).join()), text);
      if (frame.type === 'json' && typeof frame.payload.n === 'number') this.#number(frame);
      must(this.isV1 || !text.includes('rx:'), text);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #reply({ id, ok, result, error }: any): void {
    this.answered.set(id, (this.answered.get(id) ?? 0) + 1);
    const request = this.requests.get(id) ?? '';
    const [what, name = ''] = request.split(' ');
    if (what !== 'say') this.#inOrder(name, id);
    // CP14: who is refused is no member, and was told so.
    if (error?.code === 'denied') must(!this.isV1 || !this.isIn.has(name), 'refused');
    if (what === 'subscribe' && ok) this.isIn.add(name);
    if (what === 'unsubscribe') {
      must(ok, request);
      must(!this.isV1 || result.was === this.isIn.has(name), request);
      this.isIn.delete(name);
    }
  }

  /** B16: the commands of a channel are answered in their order. */
  #inOrder(name: string, id: number): void {
    must(id > (this.#lastIds.get(name) ?? 0), `the order of commands in ${name}`);
    this.#lastIds.set(name, id);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #push({ channel, payload, type }: any): void {
    if (channel === undefined || type !== 'event') return;
    if (payload.event === 'rx:subscribed') this.isIn.add(channel);
    // CP12: it is told once, and of what it is in.
    else if (payload.event === 'rx:unsubscribed') must(this.isIn.delete(channel), channel);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #number({ channel, payload }: any): void {
    // CP12: nothing before the reply of its subscribe, nothing after its end.
    must(this.isIn.has(payload.name), `a message of ${payload.name}`);
    must(!this.isV1 || channel === payload.name, `a message in ${channel}`);
    // B18: numbers rise with their sends, so all see the same order.
    must(payload.n > (this.numbers.at(-1) ?? 0), 'the order of messages');
    this.numbers.push(payload.n);
  }
}

/** A scene in which a schedule is played; whatever a rule says is checked after each deed. */
export class Model {
  readonly hooks: { readonly who: string; readonly answer: Subject<JoinAnswer> }[] = [];
  readonly scene: Scene;
  readonly clients: (Witness | undefined)[] = Array.from({ length: CLIENTS }, () => undefined);
  readonly messages: ClientMessage[] = [];
  /** Who was let into what: by a hook, without one, or by the server (B15). */
  readonly #admitted = new Set<string>();
  readonly #gone: Witness[] = [];
  #stranger: string | undefined;
  #ids = 0;
  #numbers = 0;

  constructor() {
    const join = ({
      channel: name,
      connection,
    }: {
      channel: string;
      connection: { id: string };
    }) => {
      const answer = new Subject<JoinAnswer>();
      this.hooks.push({ who: `${connection.id} ${name}`, answer });
      return answer;
    };
    this.scene = new Scene({
      channels: [channel('slow:*', { join })],
      limits: { joinTimeout: '2s' },
    });
    const { channels, messages$ } = this.scene.manager;
    messages$.subscribe((message) => {
      const { channel: name = '', connection } = message;
      // What a subscriber throws is caught.
      if (!channels.getSubscribers(name).includes(connection.pid)) this.#stranger = name;
      this.messages.push(message);
    });
  }

  connect(who: number, isV1: boolean): void {
    if (this.clients[who] !== undefined) return;
    const visitor = isV1 ? this.scene.connect() : this.scene.connectPlain();
    const id = this.scene.manager.getConnectionMetadata(visitor.pid)?.id ?? '';
    this.clients[who] = new Witness(visitor, isV1, id, new Map());
  }

  leave(who: number, code: number): void {
    this.#with(who, (client) => {
      client.visitor.leaves(code);
      this.#forget(who);
    });
  }

  close(who: number): void {
    this.#with(who, ({ pid }) => this.scene.manager.closeConnection(pid));
    this.scene.system.flush();
    this.#forget(who);
  }

  ask(who: number, command: 'subscribe' | 'unsubscribe', name: string): void {
    this.#with(who, (client) => {
      const id = ++this.#ids;
      client.requests.set(id, `${command} ${name}`);
      if (command === 'subscribe' && name === 'open') this.#admit(client, name);
      client.visitor.command(command, { channel: name }, id);
    });
  }

  say(who: number, name: string): void {
    this.#with(who, (client) => {
      const id = ++this.#ids;
      client.requests.set(id, `say ${name}`);
      client.visitor.sends({ type: 'json', payload: 'x', channel: name, id });
    });
  }

  /** The oldest or newest hook that waits says so. */
  answer(oldest: boolean, yes: JoinAnswer | Error): void {
    const waiting = this.hooks.filter(({ answer }) => answer.observed);
    const hook = oldest ? waiting[0] : waiting.at(-1);
    if (hook === undefined) return;
    if (yes === true) this.#admitted.add(hook.who);
    if (yes instanceof Error) hook.answer.error(yes);
    else hook.answer.next(yes);
    this.scene.system.flush();
  }

  /** A handler answers, perhaps twice. */
  reply(twice: boolean): void {
    const message = this.messages.shift();
    message?.reply('done');
    if (twice) must(message?.reply('again') !== true, 'a second reply');
    this.scene.system.flush();
  }

  publish(name: string): void {
    const { channels } = this.scene.manager;
    const members = channels.getSubscribers(name);
    const n = ++this.#numbers;
    let encodings = 0;
    const payload = { n, name, toJSON: () => ({ n, name, e: ++encodings }) };
    const message = { type: 'json', payload, timestamp: 0 } as const;

    const count = this.scene.manager.sendToChannel(name, message);

    // B21, and everybody who is in gets it: who was told so is in.
    must(encodings <= 2, `${encodings} encodings`);
    must(count === members.length, `sent to ${count} of ${members.length}`);
    for (const client of this.#present) {
      client.read();
      must((client.numbers.at(-1) === n) === members.includes(client.pid), `who gets ${n}`);
    }
  }

  kick(who: number, name: string): void {
    this.#with(who, ({ pid }) => this.scene.manager.unsubscribe(pid, name));
  }

  delete(name: string): void {
    this.scene.manager.channels.deleteChannel(name);
  }

  serverSubscribe(who: number, name: string): void {
    this.#with(who, (client) => {
      // A plain client would not be told.
      if (!client.isV1) return;
      this.#admit(client, name);
      this.scene.manager.channels.subscribe(name, client.pid);
      must(this.scene.manager.channels.getSubscribers(name).includes(client.pid), 'subscribed');
    });
  }

  reauthorize(): void {
    void this.scene.manager.reauthorize();
    this.scene.system.flush();
  }

  wait(millis: number): void {
    this.scene.system.advance(millis);
  }

  get #present(): Witness[] {
    return this.clients.filter((client) => client !== undefined);
  }

  #with(who: number, run: (client: Witness) => void): void {
    const client = this.clients[who];
    if (client !== undefined) run(client);
  }

  #forget(who: number): void {
    const client = this.clients[who];
    if (client === undefined) return;
    client.read();
    this.#gone.push(client);
    const isAsked = this.hooks.some(
      ({ who, answer }) => answer.observed && who.startsWith(client.id),
    );
    must(!isAsked, 'a hook is asked about who has gone');
    this.clients[who] = undefined;
  }

  #admit({ id }: Witness, name: string): void {
    this.#admitted.add(`${id} ${name}`);
  }

  /** What must be true after each deed. */
  check(): void {
    const { manager } = this.scene;
    for (const client of this.#present) client.read();
    must(this.#stranger === undefined, `a message to ${this.#stranger} of no member`);
    const ids = manager.getConnectionIds();
    must(ids.length === this.#present.length, 'how many there are');
    must(
      this.#present.every(({ pid }) => ids.includes(pid)),
      'who is there',
    );
    for (const { pid } of this.#present) {
      const { length } = manager.channels.getSubscribedChannels(pid);
      must(this.scene.broker.members.get(pid)?.channels === length, 'how many channels it is in');
    }
    for (const name of CHANNELS) {
      const members = manager.channels.getSubscribers(name);
      for (const { id, isIn, isV1, pid } of this.#present) {
        const isMember = members.includes(pid);
        must(isIn.has(name) === isMember || (!isV1 && !isMember), `who is in ${name}`);
        if (!isMember) continue;
        must(this.#admitted.has(`${id} ${name}`), `${id} was not let into ${name}`);
      }
      must(
        members.every((pid) => ids.includes(pid)),
        `a ghost in ${name}`,
      );
    }
  }

  /** Lets all be answered, then all go: one reply to each request, and nothing is left. */
  end(): void {
    // Hooks that never answer are late one after the other, handlers by their own time.
    for (let i = 0; i < 20; i++) this.wait(10_000);
    this.check();
    for (const { answered, requests } of this.#present) {
      for (const [id, request] of requests) must(answered.get(id) === 1, request);
    }
    for (const { answered } of this.#gone) {
      for (const count of answered.values()) must(count === 1, 'two replies');
    }
    for (let who = 0; who < CLIENTS; who++) this.leave(who, 1006);
    this.wait(60_000);
    for (const name of CHANNELS) {
      must(this.scene.manager.channels.subscriberCount(name) === 0, `the end of ${name}`);
      this.delete(name);
    }
  }
}
