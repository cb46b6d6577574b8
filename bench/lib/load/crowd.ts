import { setTimeout as sleep } from 'node:timers/promises';
import { clientFrame, OPCODE } from '../../../lib/testing/faults/clientFrame.js';
import { Peer as Socket } from '../../../lib/testing/faults/peer.js';
import { targetOf } from '../../../lib/testing/faults/target.js';
import type { RunningServer } from '../children.js';
import { type Protocol, protocols } from '../protocols.js';
import { median } from '../report.js';
import { within } from '../soak/within.js';

/**
 * Very many clients of one server that tells all what one of them says. The first one says numbers; every one checks
 * that it hears each number, once and in order.
 */
export class Crowd {
  readonly listeners = new Set<Listener>();
  readonly #server: RunningServer;
  readonly #protocol: Protocol;
  /** What has been said last. */
  said = 0;
  /** By the number said: milliseconds until each listener that is not slow has heard it. */
  #times = new Map<number, number[]>();
  /** Who has not heard the last number yet, while somebody waits for that. */
  #missing: Set<Listener> | undefined;
  #allHeard = (): void => {};

  constructor(server: RunningServer) {
    this.#server = server;
    this.#protocol = protocols[server.peer.protocol];
  }

  /** Opens so many more connections, a few at a time, and resolves when all of them hear. */
  async grow(count: number): Promise<void> {
    const url = `ws://127.0.0.1:${this.#server.port}${this.#protocol.target(this.#server.peer.path)}`;
    const target = targetOf('crowd', url);
    let left = count;
    const openSome = async (): Promise<void> => {
      while (left-- > 0) {
        const listener = new Listener(target, this.#protocol, this);
        this.listeners.add(listener);
        await listener.opened;
      }
    };
    const opened = Promise.all(Array.from({ length: 64 }, openSome));
    await within(opened, () => `${this.listeners.size} connections`, 60_000);
  }

  /** The first one says the next number, in a text of so many bytes. */
  say(bytes: number): void {
    const [sender] = this.listeners;
    this.said += 1;
    const text = `${this.said} ${performance.now()} `;
    sender?.say(text.padEnd(bytes, 'x'));
  }

  /** Waits until everybody who reads has heard the last number. */
  async heard(): Promise<void> {
    const behind = [...this.listeners].filter((each) => !each.isSlow && each.heard < this.said);
    this.#missing = new Set(behind);
    const all = new Promise<void>((resolve) => {
      this.#allHeard = resolve;
    });
    if (behind.length > 0) {
      await within(all, () => `${this.#missing?.size} have not heard ${this.said}`, 60_000);
    }
    this.#missing = undefined;
  }

  /** Since it was asked last: how long 99 of 100 deliveries took at most, in the median of the broadcasts. */
  p99(): number {
    const each = [...this.#times.values()].map(
      (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN,
    );
    this.#times.clear();
    return median(each);
  }

  /** So many of the last that came go without a word. */
  drop(count: number): void {
    for (const listener of [...this.listeners].slice(-count)) {
      this.listeners.delete(listener);
      this.#waitNoMore(listener);
      listener.socket.stop('left');
    }
  }

  /** So many of the last that came read no more; `full` of them have asked for more than the kernel keeps for them. */
  async slow(count: number, full: number): Promise<Listener[]> {
    const slow = [...this.listeners].slice(-count);
    for (const listener of slow) listener.pause();
    for (let asked = 0; asked < FILL; asked += 2) {
      for (const listener of slow.slice(-full)) listener.say('fill 2');
      await sleep(1_000);
    }
    return slow;
  }

  /** What has gone wrong with any of them. */
  get faults(): string[] {
    return [...this.listeners].flatMap(({ faults }) => faults);
  }

  /** Called by a listener. */
  onHeard(listener: Listener, at: number): void {
    if (!listener.isSlow) {
      const times = this.#times.get(listener.heard);
      if (times) times.push(performance.now() - at);
      else this.#times.set(listener.heard, [performance.now() - at]);
    }
    if (listener.heard === this.said) this.#waitNoMore(listener);
  }

  /** Called by a listener whose server has gone. */
  onLost(listener: Listener): void {
    this.#waitNoMore(listener);
  }

  #waitNoMore(listener: Listener): void {
    if (this.#missing?.delete(listener) && this.#missing.size === 0) this.#allHeard();
  }
}

/** MiB: some four wait in the kernels of one machine, and less than `maxBuffered` is left to the server. */
const FILL = 6;

/** One client. */
export class Listener {
  readonly socket: Socket;
  readonly faults: string[] = [];
  readonly opened: Promise<void>;
  /** The last number that it has heard. */
  heard: number;
  isSlow = false;
  readonly #protocol: Protocol;
  readonly #crowd: Crowd;

  constructor(target: ReturnType<typeof targetOf>, protocol: Protocol, crowd: Crowd) {
    this.#protocol = protocol;
    this.#crowd = crowd;
    this.heard = crowd.said;
    let open = (): void => {};
    this.opened = new Promise((resolve) => {
      open = resolve;
    });
    this.socket = new Socket(target, {
      open: () => void (protocol.openAtOnce && open()),
      frame: ({ opcode, payload }) => {
        if (opcode === OPCODE.text) this.#hear(payload.toString(), open);
      },
    });
    void this.socket.ended.then((why) => {
      if (why === 'left') return;
      this.faults.push(`ended: ${why} ${this.socket.code ?? ''}`);
      crowd.onLost(this);
    });
  }

  say(text: string): void {
    this.socket.socket.write(clientFrame(OPCODE.text, this.#protocol.say(text)));
  }

  pause(): void {
    this.isSlow = true;
    this.socket.socket.pause();
  }

  resume(): void {
    this.isSlow = false;
    this.socket.socket.resume();
  }

  #hear(message: string, open: () => void): void {
    const text = this.#protocol.textOf(message);
    if (text === undefined) {
      const step = this.#protocol.next(message);
      if (step === undefined) this.faults.push(`unexpected: ${message.slice(0, 80)}`);
      else if ('open' in step) open();
      else this.socket.send(OPCODE.text, step.send);
      return;
    }
    if (text.startsWith('fill ')) return;
    const [number, at] = text.split(' ', 2).map(Number);
    if (number !== this.heard + 1) this.faults.push(`${number} after ${this.heard}`);
    this.heard = number ?? 0;
    this.#crowd.onHeard(this, at ?? 0);
  }
}
