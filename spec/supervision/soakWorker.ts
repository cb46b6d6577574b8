import { filter, finalize, map, merge, type Observable, type Subscription } from 'rxjs';
import {
  type Behavior,
  broadcast,
  type Exit,
  exit,
  type Message,
  type Output,
  type Pid,
  ProcessError,
  reply,
  type Self,
  type System,
  send,
} from '../../lib/index.js';

/** What a worker is told to do; `to` is a PID, alive or dead. */
export interface Order {
  readonly act: keyof typeof ACTS;
  readonly to: Pid;
  readonly group: string;
}

/** A word of one worker to another: who says it, and a number that only ever grows. */
interface Word {
  readonly id: number;
  readonly number: number;
}

interface State {
  readonly id: number;
  /** The last word of each other worker, in the life in which it said it; handed on in an upgrade. */
  readonly heard?: Map<number, { readonly from: Pid; readonly number: number }>;
}

/** One monitor of a worker's. */
interface Watch {
  readonly watcher: Pid;
  readonly target: Pid;
  exits: number;
  over: boolean;
}

/**
 * What must be true of all workers together, kept by them and not by the system. Everything about a
 * worker goes with it, so that the memory that grows is the system's.
 */
export class Ledger {
  /** What should not have happened. */
  readonly wrongs: string[] = [];
  /** How often what happened, so that nobody takes a still life for a soak. */
  readonly counts: Record<string, number> = {};
  readonly joins = new Map<Pid, string[]>();
  readonly watches = new Set<Watch>();
  #words = 0;

  constructor(readonly system: System) {
    system.events$.subscribe((event) => {
      if (event.type === 'exited') this.joins.delete(event.pid);
      if (event.type === 'handlerError') this.wrong(`${event.pid}: ${event.error}`);
      // Some are given little time to stop, and others never end: they are killed, as they are to be.
      if (event.type === 'warning' && event.code !== 'stop_timeout') this.wrong(event.message);
    });
  }

  wrong(text: string): void {
    if (this.wrongs.length < 10) this.wrongs.push(text);
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  word(id: number): Word {
    return { id, number: ++this.#words };
  }

  alive(pid: Pid): boolean {
    return this.system.info(pid) !== undefined;
  }
}

/** How many others a worker remembers the last word of. */
const REMEMBERED = 50;

/** A worker in one body; it does what it is told, and keeps the ledger. */
class Worker {
  readonly #watches: Subscription[] = [];
  readonly #heard: NonNullable<State['heard']>;
  readonly #id: number;

  constructor(
    readonly ledger: Ledger,
    readonly self: Self,
  ) {
    const { id, heard = new Map() } = self.args[0] as State;
    this.#id = id;
    this.#heard = heard;
    if (!ledger.joins.has(self.pid)) ledger.joins.set(self.pid, []);
  }

  read(message: Message): Output {
    const { topic, payload } = message;
    if (topic === 'word') return this.#hear(message as Message<Word>);
    if (topic === 'question') return reply(message, Number(payload) + 1);
    const { act, to, group } = payload as Order;
    this.ledger.count(act);
    return ACTS[act](this, to, group);
  }

  /** M3: what one sends to another comes in order, by command, by self, or to a group. */
  #hear({ from, payload: { id, number } }: Message<Word>): void {
    const last = this.#heard.get(id);
    if (last !== undefined && last.from === from && last.number > number) {
      this.ledger.wrong(`${this.self.pid} heard ${number} of ${from} after ${last.number}`);
    }
    this.#heard.set(id, { from: from as Pid, number });
    for (const oldest of this.#heard.keys()) {
      if (this.#heard.size <= REMEMBERED) break;
      this.#heard.delete(oldest);
    }
  }

  word(): Word {
    return this.ledger.word(this.#id);
  }

  /** With a few words on their way, which the next body hears in their order (U2). */
  upgrade(): void {
    for (let rest = 3; rest > 0; rest--) this.self.send(this.self.pid, 'word', this.word());
    this.self.upgrade('worker', { id: this.#id, heard: this.#heard });
  }

  ask(to: Pid): void {
    const question = this.word().number;
    const answers: unknown[] = [];
    const settle = (): void => {
      if (answers.length > 1) this.ledger.wrong(`${answers.length} answers to one call`);
    };
    this.self.call(to, 'question', question, { timeout: '2s' }).subscribe({
      next: (answer) => {
        answers.push(answer);
        if (answer !== question + 1) this.ledger.wrong(`${answer} to ${question}`);
      },
      error: ({ code }) => {
        settle();
        if (!['NotFound', 'Unavailable', 'Timeout'].includes(code)) this.ledger.wrong(code);
      },
      complete: settle,
    });
  }

  watch(target: Pid): void {
    const { ledger, self } = this;
    const watch: Watch = { watcher: self.pid, target, exits: 0, over: false };
    ledger.watches.add(watch);
    const over = finalize<Exit>(() => {
      watch.over = true;
      ledger.watches.delete(watch);
    });
    this.#watches.push(
      self
        .monitor(target)
        .pipe(over)
        .subscribe(({ from }) => {
          watch.exits++;
          ledger.count('EXIT');
          if (from !== target) ledger.wrong(`EXIT of ${from} for ${target}`);
          if (watch.exits > 1 || watch.over) ledger.wrong(`a further EXIT of ${target}`); // N4, N6
          if (ledger.alive(target)) ledger.wrong(`EXIT of ${target}, which lives`); // N5
        }),
    );
  }

  unwatch(): void {
    this.#watches.shift()?.unsubscribe();
  }

  join(group: string): void {
    const joined = this.ledger.joins.get(this.self.pid) as string[];
    if (joined.length >= 4) return;
    this.self.join(group);
    joined.push(group);
  }

  leave(): void {
    const group = this.ledger.joins.get(this.self.pid)?.shift();
    if (group !== undefined) this.self.leave(group);
  }

  unlink(): void {
    const { links, parent } = this.ledger.system.info(this.self.pid) ?? { links: [] };
    for (const peer of links) if (peer !== parent) this.self.unlink(peer);
  }
}

/** What refuses is refused for a reason that has a code. */
function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
  }
}

const ACTS = {
  say: (me: Worker, to: Pid) => send(to, 'word', me.word()),
  sayNow: (me: Worker, to: Pid) => void me.self.send(to, 'word', me.word()),
  tell: (me: Worker, _to: Pid, group: string) => broadcast(group, 'word', me.word()),
  ask: (me: Worker, to: Pid) => me.ask(to),
  watch: (me: Worker, to: Pid) => me.watch(to),
  unwatch: (me: Worker) => me.unwatch(),
  join: (me: Worker, _to: Pid, group: string) => me.join(group),
  leave: (me: Worker) => me.leave(),
  link: (me: Worker, to: Pid) => attempt(() => me.self.link(to)),
  unlink: (me: Worker) => me.unlink(),
  register: (me: Worker, _to: Pid, group: string) => attempt(() => me.self.register(group)),
  unregister: (me: Worker, _to: Pid, group: string) =>
    void me.ledger.system.names.unregister(group),
  upgrade: (me: Worker) => me.upgrade(),
  crash: () => {
    throw new Error('crash');
  },
  end: () => exit('normal'),
  kill: () => exit('kill'),
} satisfies Record<string, (me: Worker, to: Pid, group: string) => Output>;

/** The behaviour of all workers: every fourth traps links, and one in a hundred ignores a stop. */
export const worker =
  (ledger: Ledger): Behavior =>
  (inbox, self) => {
    const { id } = self.args[0] as State;
    const me = new Worker(ledger, self);
    const done$ = inbox.pipe(map((message) => me.read(message)));
    if (id % 4 > 0) return done$;
    self.setOptions({ trapLinks: true });
    const stop$: Observable<Output> = self.signals$.pipe(
      filter(({ kind }) => kind === 'pid.cancel' && !isStubborn(id)),
      map(() => exit('shutdown')),
    );
    return merge(done$, stop$);
  };

export const isStubborn = (id: number): boolean => id % 100 === 36;
