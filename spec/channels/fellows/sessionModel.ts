import type { ClientMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { must } from '../schedule.js';
import {
  answerTo,
  closing,
  comesBack,
  guest,
  kept,
  order,
  RESUMED,
  three,
} from './sessionsSupport.js';
import { brokerOf } from './support.js';

/** A client that dials one node after the other with one session, and asks for things once. */
export class SessionModel {
  readonly #world = three({ limits: { requestTimeout: 60_000, onceReplies: 1_000 } });
  readonly #secret: string;
  readonly #dials: TestClient[] = [];
  readonly #answered = new Set<ClientMessage>();
  #orders = 0;
  #isLost = false;

  constructor() {
    const { client, secret } = guest(this.#world.a);
    this.#secret = secret;
    this.#dials.push(client);
  }

  get #newest(): TestClient {
    return this.#dials.at(-1) as TestClient;
  }

  get #asked(): ClientMessage[] {
    return this.#world.asked.flat();
  }

  /** Dials a node, whether the connection before is lost or not. */
  dial(at: number): void {
    this.#isLost = false;
    const { a, b, c } = this.#world;
    const test = [a, b, c][at] as ChannelTest;
    this.#dials.push(comesBack(test, this.#secret, this.#dials.length + 1));
  }

  drop(): void {
    this.#newest.drop();
    this.#isLost = true;
  }

  order(): void {
    if (this.#isOpen) this.#newest.send(order(++this.#orders));
    else this.#orders++;
  }

  /** Asks again for all, as a client that has come back. */
  repeat(): void {
    if (!this.#isOpen) return;
    for (let id = 1; id <= this.#orders; id++) this.#newest.send(order(id));
  }

  get #isOpen(): boolean {
    return !this.#isLost && closing(this.#newest) === undefined;
  }

  /** One handler, on whatever node, is done. */
  reply(): void {
    const message = this.#asked.find((each) => !this.#answered.has(each));
    if (message === undefined) return;
    this.#answered.add(message);
    message.reply(`done: ${message.payload}`);
  }

  delay(most: number): void {
    this.#world.on.nats.delay(0, most);
  }

  wait(millis: number): void {
    this.#world.on.advance(millis);
  }

  /** So long a node has much to do: its turns wait. */
  busy(at: number, millis: number): void {
    const { on } = this.#world;
    const name = 'abc'.charAt(at);
    on.busy(name, true);
    on.advance(millis);
    on.busy(name, false);
    on.advance(0);
  }

  /** PT5: nothing is performed twice. */
  check(): void {
    const asked = this.#asked.map(({ payload }) => String(payload));
    must(new Set(asked).size === asked.length, `twice: ${asked.join()}`);
  }

  /** The newest connection has the session, and the replies to all that was performed; when it is over nothing is left. */
  finish(): void {
    this.delay(0);
    this.wait(3_000);
    this.dial(this.#dials.length % 3);
    this.wait(3_000);
    const { on } = this.#world;
    must(JSON.stringify(answerTo(this.#newest)) === JSON.stringify(RESUMED), 'it has no session');
    const having = on.tests.filter(
      (t) => typeof brokerOf(t).sessions.find(this.#secret) !== 'string',
    );
    must(having.length === 1, `${having.length} nodes have the session`);
    this.repeat();
    while (this.#answered.size < this.#asked.length) this.reply();
    this.wait(100);
    for (let id = 1; id <= this.#orders; id++) {
      const answer = answerTo(this.#newest, id);
      must(answer === `done: order ${id}`, `order ${id} is answered ${String(answer)}`);
    }
    this.check();
    this.drop();
    this.wait(70_000);
    must(kept(on).join() === '0,0,0', `left: ${kept(on).join()}`);
  }
}
