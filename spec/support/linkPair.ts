import { VirtualTimeScheduler } from 'rxjs';
import { PeerLink } from '../../lib/cluster/link/peerLink.js';
import type { EndReason } from '../../lib/cluster/link/state.js';
import { RunQueue } from '../../lib/runtime/queue/runQueue.js';

/** A clock and a run queue without a system. */
export class Stage {
  readonly scheduler = new VirtualTimeScheduler();
  readonly queue = new RunQueue({
    defer: (drain) => void this.scheduler.schedule(drain),
    clock: () => 0,
  });

  advance(millis: number): void {
    const { scheduler } = this;
    scheduler.maxFrames = scheduler.now() + millis;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  }

  after(millis: number, run: () => void) {
    return this.scheduler.schedule(run, millis);
  }
}

/** What becomes of one frame on its way: a delay for each copy that arrives. */
export type Way = (bytes: Uint8Array) => readonly number[];

/** What an end has been told in one of its sessions. */
export interface Told {
  readonly hello: string;
  readonly entries: string[];
  reason?: EndReason;
}

/**
 * One of two nodes, with a link to the other one. Its entries are texts, `a1/3` being the third that `a` has sent in
 * its first session; a zero ends each of them.
 */
export class End {
  link: PeerLink;
  other: End | undefined;
  /** One for each session that has begun, in order. */
  readonly sessions: Told[] = [];
  readonly log: string[] = [];
  /** What was taken in the present session. */
  taken: string[] = [];
  frames: Uint8Array[] = [];
  refusal: string | undefined;
  maxFrame = 100;

  constructor(
    readonly name: string,
    readonly stage: Stage,
    readonly tags: () => number,
    public way: Way = () => [1],
  ) {
    this.link = this.make();
  }

  make(): PeerLink {
    const { queue } = this.stage;
    return new PeerLink({
      queue,
      after: (millis, run) => this.stage.after(millis, run),
      now: () => this.stage.scheduler.now(),
      drawTag: this.tags,
      maxMessage: 16 * 1024 * 1024,
      maxFrame: () => this.maxFrame,
      hello: Buffer.from(`I am ${this.name}`),
      judge: () => this.refusal,
      publish: (bytes) => this.#publish(bytes),
      began: (hello) => {
        this.taken = [];
        this.sessions.push({ hello: Buffer.from(hello).toString(), entries: [] });
      },
      arrived: (body) => this.#arrived(body),
      pressed: () => void this.log.push('pressed'),
      relieved: () => void this.log.push('relieved'),
      ended: (reason) => {
        this.log.push(reason);
        const session = this.sessions.at(-1);
        if (session !== undefined) session.reason ??= reason;
      },
      warn: (code) => void this.log.push(code),
    });
  }

  /** As a node that begins anew under its name. */
  restart(isUp: boolean): void {
    this.link.close();
    const session = this.sessions.at(-1);
    if (session !== undefined) session.reason ??= 'reset';
    this.link = this.make();
    this.link.setUp(isUp);
  }

  send(size = 0, exempt = false): boolean {
    const name = `${this.name}${this.sessions.length}/${this.taken.length + 1}`;
    const isTaken = this.link.send(Buffer.from(`${name.padEnd(size)}\0`), exempt);
    if (isTaken) this.taken.push(name);
    return isTaken;
  }

  #publish(bytes: Uint8Array): void {
    this.frames.push(bytes);
    for (const delay of this.way(bytes)) {
      this.stage.after(delay, () => this.other?.link.receive(bytes));
    }
  }

  #arrived(body: Uint8Array): number | undefined {
    const texts = Buffer.from(body).toString().split('\0');
    if (texts.pop() !== '' || texts[0] === 'nonsense') return undefined;
    const session = this.sessions.at(-1);
    const receive = (text: unknown) => void session?.entries.push((text as string).trimEnd());
    // As in a node: one turn does what the entries say, and what that sends comes in turns of its own.
    const dispatch = () => {
      for (const text of texts) this.stage.queue.push({ receive }, text);
    };
    this.stage.queue.push({ receive: dispatch }, undefined);
    return texts.length;
  }
}

/** Two ends of a link, `a` and `b`, neither of which is up yet. */
export function linkPair(): { stage: Stage; a: End; b: End } {
  const stage = new Stage();
  let tag = 0;
  const tags = () => ++tag;
  const [a, b] = [new End('a', stage, tags), new End('b', stage, tags)];
  a.other = b;
  b.other = a;
  return { stage, a, b };
}
