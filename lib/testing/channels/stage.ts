import type { VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type ConnectAnswer,
  type Connection,
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../channels/index.js';
import { type Duration, insideOf, ProcessError } from '../../core/index.js';
import { Hub } from '../../relay/index.js';
import { type TestSystem, testSystem } from '../live/testSystem.js';
import { Notes } from './notes.js';

/** What the clients of a test connect to: a manager behind a relay, all on one virtual clock. */
export class Stage {
  readonly system: TestSystem;
  readonly manager: WebSocketManager;
  /** @internal */
  readonly inside: WebSocketManager[typeof insideOf];
  readonly hub: Hub;
  readonly notes = new Notes();
  /** When the last diagram of a client is over, on the clock. */
  until = 0;
  /** Whether the clock is at work, or a client by its diagram: it must not be moved by what they do. */
  #isBusy = false;

  constructor(
    options: ManagerOptions,
    readonly scheduler: VirtualTimeScheduler,
    /** The `connect` hook (B14). */
    readonly connect: ConnectHook | undefined,
    /** The `refresh` hook (B32). */
    readonly refresh: RefreshHook | undefined,
    system?: TestSystem,
  ) {
    this.system = system ?? testSystem({ scheduler, logger: this.notes });
    this.manager = createWebSocketManager(this.system, options);
    this.inside = this.manager[insideOf];
    this.hub = new Hub(this.system);
    // Nobody has to guess these: random ones would be other in each run.
    const counts = { connection: 0, session: 0, epoch: 0 };
    this.inside.broker.newId = (what) => `${what}-${++counts[what]}`;
  }

  /** Whether it is a diagram that moves the clock. */
  get isInMarbles(): boolean {
    return this.scheduler instanceof TestScheduler;
  }

  /** Whole seconds on the clock. */
  get seconds(): number {
    return Math.floor(this.scheduler.now() / 1_000);
  }

  /** Does what is due now, unless the clock is at work already, or is a diagram's. */
  flush(): void {
    if (!this.#isBusy && !this.isInMarbles) this.advance(0);
  }

  /** @throws ProcessError `Invalid`: no duration, in a marble test, or while the clock is at work. */
  advance(duration: Duration): void {
    if (this.#isBusy) {
      throw new ProcessError('Invalid', 'advance: the clock is at work, by which this is called');
    }
    this.#busily(() => this.system.advance(duration));
  }

  #busily(work: () => void): void {
    const wasBusy = this.#isBusy;
    this.#isBusy = true;
    try {
      work();
    } finally {
      this.#isBusy = wasBusy;
    }
  }

  /** Does something at each letter of a diagram, a character being a millisecond, beginning now. */
  play(diagram: string, act: (letter: string) => void): void {
    for (const { frame, letter } of this.#read(diagram)) {
      this.scheduler.schedule(() => this.#busily(() => act(letter)), frame);
    }
  }

  #read(diagram: string): readonly { readonly frame: number; readonly letter: string }[] {
    const factor = TestScheduler.frameTimeFactor;
    // As in the run mode of rxjs, outside of it as well.
    TestScheduler.frameTimeFactor = 1;
    try {
      const parse = (text: string) =>
        TestScheduler.parseMarbles(text, undefined, undefined, false, true);
      const length = parse(`${diagram} |`).at(-1)?.frame ?? 0;
      this.until = Math.max(this.until, this.scheduler.now() + length);
      return parse(diagram).map(({ frame, notification }) => {
        if (notification.kind === 'N') return { frame, letter: String(notification.value) };
        throw new ProcessError('Invalid', `goes: '${diagram}': a client does not end, it drops`);
      });
    } finally {
      TestScheduler.frameTimeFactor = factor;
    }
  }
}

/** The `connect` hook of `websocketRoutes`; what it is asked is up to the test. */
export type ConnectHook = (
  // biome-ignore lint/suspicious/noExplicitAny: a hook says itself what it reads of a request
  request: any,
  offered: { readonly token?: string },
) => ConnectAnswer;

/** The `refresh` hook of `websocketRoutes`. */
export type RefreshHook = (connection: Connection, token: string) => ConnectAnswer;
