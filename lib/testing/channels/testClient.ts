import { countOption, type Pid, ProcessError } from '../../core/index.js';
import { checkLetters } from '../marbles/checkLetters.js';
import { show } from '../marbles/show.js';
import { ClientRequests } from './clientRequests.js';
import { ClientSession } from './clientSession.js';
import { RefusedError } from './refusedError.js';
import type { Stage } from './stage.js';
import type { SubscribeFields } from './subscribeFields.js';
import { type Closed, type ConnectOptions, TestConnection } from './testConnection.js';

/**
 * A client of a test, as a tab of a browser is one: it may lose its connection and connect anew. What it does happens
 * within the call, answers included, as far as no hook is async; by a diagram (`goes`) in its time.
 */
export class TestClient extends ClientRequests {
  readonly #stage: Stage;
  readonly #options: ConnectOptions;
  readonly #session = new ClientSession();
  #connection!: TestConnection;

  /** @internal */
  constructor(stage: Stage, name: string, options: ConnectOptions) {
    super(name, stage);
    this.#stage = stage;
    this.#options = options;
    this.#connect();
  }

  #connect(): void {
    let isFirst = true;
    this.#session.dial();
    this.#connection = new TestConnection(this.#stage, this.#options, (frame) => {
      // The welcome is the library's own affair; it is in `frames`.
      this.hear(frame, isFirst && frame.type === 'system');
      isFirst = false;
      const asked = this.#session.hear(frame, this.#options.resume);
      // In a turn of its own, as over a network.
      if (asked !== undefined) this.#stage.scheduler.schedule(() => this.#resume(asked));
    });
    this.#stage.flush();
  }

  #resume(fields: object): void {
    if (this.#connection.phase === 'open') this.#session.ref = this.command('resume', fields);
  }

  /** Whether its session goes on over this connection; `undefined` before the answer, or if it has not asked (CP22). */
  get resumed(): boolean | undefined {
    this.#stage.flush();
    return this.#session.resumed;
  }

  /** How its last connection has ended, by either side; `undefined` while it has one. */
  get closed(): Closed | undefined {
    this.#stage.flush();
    return this.#connection.closed;
  }

  /** The id of its connection on the server: the PID, as the manager has it. @throws Error while it has none. */
  get pid(): Pid {
    return this.#open.pid as Pid;
  }

  /** @internal It was not refused at once; @throws RefusedError. */
  checkAdmitted(method: (...args: never[]) => unknown): void {
    const { refusal } = this.#connection;
    if (refusal === undefined) return;
    const { status, body = '' } = refusal;
    const error = { code: `HTTP ${status}`, message: body, retry: status === 429 || status >= 500 };
    throw new RefusedError(method, `${this.name} connects`, error, this.#stage.notes);
  }

  protected get isV1(): boolean {
    return this.#options.protocol !== 'plain';
  }

  get #open(): TestConnection {
    const { phase, closed } = this.#connection;
    if (phase === 'open') return this.#connection;
    const why =
      closed === undefined
        ? 'its connect hook has not answered: await t.settled()'
        : `closed with ${closed.code} ${closed.reason}`.trimEnd();
    throw new ProcessError('Unavailable', `${this.name} is not connected: ${why}`);
  }

  /** Sends a frame as it is: a text, bytes, or an object as its JSON. */
  send(raw: string | Uint8Array | object): void {
    const isData = typeof raw === 'string' || raw instanceof Uint8Array;
    this.#open.send(isData ? raw : JSON.stringify(raw));
    this.#stage.flush();
  }

  /**
   * Subscribes a channel and gives the result of the reply, `state` say.
   *
   * @throws RefusedError with the code and the text that the client is told.
   * @throws ProcessError `Unavailable`: there is no answer yet, since a hook is async, or in a diagram.
   */
  subscribeAndJoin(
    channel: string,
    fields: SubscribeFields = {},
  ): Readonly<Record<string, unknown>> {
    const what = `subscribeAndJoin(${show(channel)})`;
    return this.resultOf(this.subscribeAndJoin, what, 'subscribe', { channel, ...fields });
  }

  protected override resultOf(
    method: (...args: never[]) => unknown,
    what: string,
    command: string,
    fields: object,
  ): Readonly<Record<string, unknown>> {
    if (this.#stage.isInMarbles) {
      const hint = "the diagram moves the clock: goes('s', { s: subscribe(…) })";
      throw new ProcessError('Unavailable', `${what}: ${hint}`);
    }
    const ref = this.command(command, fields);
    const reply = this.frames.find(({ id, ok }) => id === ref && ok !== undefined);
    if (reply === undefined) {
      const hint = 'subscribe(…), await t.settled() or t.advance(…), then assertReply(…)';
      throw new ProcessError('Unavailable', `${what}: no answer yet, a hook is async: ${hint}`);
    }
    this.assertReply(ref, { ok: reply.ok === true });
    if (reply.error !== undefined) {
      throw new RefusedError(method, what, reply.error, this.#stage.notes);
    }
    return reply.result as Readonly<Record<string, unknown>>;
  }

  /** Reads slowly: as if so many bytes that it was sent waited on the server (B27), until it is called again, with 0 say. */
  lag(bytes: number): void {
    this.#open.unread = countOption('lag: bytes', bytes, { min: 0 });
  }

  /** Loses its connection: the server sees 1006. Nothing while it has none. */
  drop(): void {
    this.close(1006);
  }

  /** Closes its connection by a close frame, by default with 1000. Nothing while it has none. */
  close(code = 1000, reason = ''): void {
    if (this.#connection.phase === 'over') return;
    this.#connection.leave(code, reason);
    this.#stage.flush();
  }

  /**
   * Connects anew, as it did before: another connection, in no channel, which goes on with its session if it was to
   * `resume`. Where it is refused, it is closed, with the status as the reason.
   *
   * @throws ProcessError `Invalid`: it is connected.
   */
  reconnect(): void {
    if (this.#connection.phase !== 'over') {
      throw new ProcessError('Invalid', `${this.name} is connected: drop() or close() first`);
    }
    this.#connect();
  }

  /**
   * Does something at each letter of a diagram, a character being a millisecond from now: in a marble test, or while
   * `t.advance` lets time pass. `t.end()` waits for the longest diagram.
   *
   * @throws ProcessError `Invalid`: a letter that `values` lacks, or a sign that is none.
   */
  goes(diagram: string, values: Readonly<Record<string, (client: TestClient) => unknown>>): void {
    checkLetters('goes', diagram, values);
    this.#stage.play(diagram, (letter) => values[letter]?.(this));
  }

  /** @internal */
  end(): void {
    this.drop();
    this.complete();
  }
}
