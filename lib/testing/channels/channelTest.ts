import { asyncScheduler, type SchedulerLike, VirtualTimeScheduler } from 'rxjs';
import type { ManagerOptions, WebSocketManager } from '../../channels/index.js';
import { type Duration, type Known, knownOptions } from '../../core/index.js';
import type { TestSystem } from '../live/testSystem.js';
import { BroadcastAssertions } from './broadcastAssertions.js';
import { Ending } from './ending.js';
import { type ConnectHook, type RefreshHook, Stage } from './stage.js';
import { TestClient } from './testClient.js';
import type { ConnectOptions } from './testConnection.js';

/**
 * Makes a manager with clients, all on virtual time and in memory: what `websocketRoutes` does behind Express, so that
 * hooks, paths, dialects and every frame are real. It works with any runner, and in marble tests by their `scheduler`.
 *
 * The room `channels` tests channels over the whole wire: begin here; a client is `testClient.ts`, and what it asserts
 * `clientAssertions.ts`.
 *
 * @throws ProcessError `Invalid` for an option, by its name.
 * @example
 * const t = channelTest({ channels: [chat] });
 * const alice = t.connect({ identity: 'alice' });
 * alice.subscribeAndJoin('chat:1');
 * const ref = alice.push('chat:1', say, { text: 'hi' });
 * alice.assertReply(ref, { ok: true });
 * t.end();
 */
export function channelTest(options: ChannelTestOptions = {}): ChannelTest {
  knownOptions('channelTest', options, OPTIONS);
  const { scheduler = new VirtualTimeScheduler(), connect, refresh, ...given } = options;
  return new ChannelTest(new Stage(given, scheduler, connect, refresh));
}

/** Options of `channelTest`: those of `createWebSocketManager`, and what comes before the manager. */
export interface ChannelTestOptions extends ManagerOptions {
  /** The `scheduler` of a marble test; default a clock of its own, moved by `advance`. */
  readonly scheduler?: VirtualTimeScheduler | undefined;
  /** The `connect` hook, as for `websocketRoutes` (B14); default: none. */
  readonly connect?: ConnectHook | undefined;
  /** The `refresh` hook, as for `websocketRoutes` (B32); default: none. */
  readonly refresh?: RefreshHook | undefined;
}

const OPTIONS: Known<ChannelTestOptions> = {
  channels: true,
  implicitChannels: true,
  limits: true,
  name: true,
  cluster: true,
  scheduler: true,
  connect: true,
  refresh: true,
};

/** A manager under test; made by `channelTest`. */
export class ChannelTest extends BroadcastAssertions {
  readonly #stage: Stage;
  readonly #clients: TestClient[] = [];

  /** @internal */
  constructor(stage: Stage) {
    super(stage);
    this.#stage = stage;
  }

  /** The system of the manager, for processes of the test's own. */
  get system(): TestSystem {
    return this.#stage.system;
  }

  get manager(): WebSocketManager {
    return this.#stage.manager;
  }

  /** The clock, for hooks that take their time: `join: () => timer(50, t.scheduler).pipe(map(() => true))`. */
  get scheduler(): SchedulerLike {
    return this.#stage.scheduler;
  }

  /**
   * Connects a client, by default one of v1 whom nobody knows.
   *
   * @throws RefusedError: `HTTP 401`, or what the `connect` hook or the `join` hook of its path has answered.
   */
  connect(options: ConnectOptions = {}): TestClient {
    const { identity = `client-${this.#clients.length + 1}` } = options;
    const tabs = this.#clients.filter((each) => each.name.replace(/ \(\d+\)$/, '') === identity);
    const name = tabs.length === 0 ? identity : `${identity} (${tabs.length + 1})`;
    const client = new TestClient(this.#stage, name, options);
    this.#clients.push(client);
    client.checkAdmitted(this.connect);
    return client;
  }

  /** Lets time pass; in a marble test the diagram does. @throws ProcessError `Invalid`: no duration, or there. */
  advance(duration: Duration): void {
    this.#stage.advance(duration);
  }

  /**
   * Lets promises go on that are over, then does what is due: for hooks that are `async`. Resolves after a turn of
   * Node's event loop, which no diagram has.
   */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => asyncScheduler.schedule(() => resolve()));
    this.#stage.flush();
  }

  /**
   * Ends the test: all clients lose their connections, every linger passes, and nothing of them may be left (CT2);
   * then the processes of the system end. In a marble test it comes at the end of the longest diagram of `goes`.
   *
   * @throws Error that names what is left, and in a marble test the test itself does.
   */
  end(): void {
    new Ending(this.#stage, this.#clients).run();
  }
}
