import {
  Observable,
  type ObservableInput,
  type Observer,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import {
  type Command,
  countOption,
  fromAsync,
  holdDelivering,
  inItsContext,
  knownOptions,
  type Output,
  report,
} from '../core/index.js';

/**
 * Handles messages one at a time, and *holds* the mailbox while one is pending, so that depth,
 * capacity and high-water marks mean something (M12); `concatMap` would buffer without bound. An
 * error in `project` costs that message only: it becomes `report(error, message)`. A result that is a
 * command, an array or nothing makes no inner observable.
 *
 * Inside a pending `project` use `call`, not `monitor`: an EXIT waits behind the messages held back.
 *
 * @example inbox.pipe(ofTopic(job), act(async (m) => reply(m, await work(m.payload))))
 */
export function act<M>(
  project: (message: M) => Result<Command>,
  options?: ActOptions,
): OperatorFunction<M, Command>;
/** The same where some of the commands are those of a channel's process, or of another extension. */
export function act<M, C extends Effect>(
  project: (message: M) => Result<C>,
  options?: ActOptions,
): OperatorFunction<M, Command | C>;
export function act<M>(
  project: (message: M) => Result<Command>,
  options: ActOptions = {},
): OperatorFunction<M, Command> {
  knownOptions('act', options, { concurrency: true, onError: true });
  countOption('act: concurrency', options.concurrency ?? 1, { unlimited: true });
  return (source) =>
    new Observable<Command>((subscriber) => {
      const worker = new Worker(subscriber, project, options);
      subscriber.add(() => worker.stop());
      subscriber.add(source.subscribe(worker));
    });
}

/** A command: one that every process may give, or one that some processes may, as those of channels. */
interface Effect {
  readonly type: string;
}

/** What handling a message comes to: commands, one, or nothing; at once or later. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
type Result<C> = ObservableInput<C | void> | C | void;

/** Options of `act`. */
export interface ActOptions {
  /** How many messages may be in work at once; default 1. */
  readonly concurrency?: number | undefined;
  /** `'report'` (default): an error is a `handlerError` event and the next message is handled. */
  readonly onError?: 'report' | 'crash' | undefined;
}

/** Takes a hold on the mailbox of a message; the result resumes it. */
type Hold = () => () => void;

/** A message to be handled later, and the function that resumes its source. */
interface Waiting {
  readonly handle: () => void;
  readonly resume: () => void;
}

/** One subscription of `act`, as the observer of its source. */
class Worker<M> implements Observer<M> {
  readonly #subscriber: Subscriber<Command>;
  readonly #project: (message: M) => ObservableInput<Output> | Output;
  readonly #concurrency: number;
  readonly #crashes: boolean;
  // Messages that came although `concurrency` were pending: from a second outlet, or from a source
  // that cannot be held.
  readonly #waiting: Waiting[] = [];
  #pending = 0;
  #completed = false;
  // Whether `#proceed` is at work: a result that completes at once must not start it again.
  #proceeding = false;
  // Resumes the mailbox that was held when the last free place was filled.
  #resume = NOTHING;

  constructor(
    subscriber: Subscriber<Command>,
    project: (message: M) => ObservableInput<Output> | Output,
    { concurrency = 1, onError = 'report' }: ActOptions,
  ) {
    this.#subscriber = subscriber;
    this.#project = project;
    this.#concurrency = concurrency;
    this.#crashes = onError === 'crash';
  }

  next(message: M): void {
    // The subscriber may be gone, while a source emits within `subscribe` and cannot be unsubscribed yet.
    if (this.#subscriber.closed) return;
    const isFree = this.#pending < this.#concurrency && !this.#proceeding;
    if (isFree) return this.#handle(message, holdDelivering);
    const resume = holdDelivering();
    // It is handled when another message is done, so it must bring its own context.
    const handle = inItsContext(() => this.#handle(message, () => resume));
    this.#waiting.push({ handle, resume });
  }

  error(error: unknown): void {
    this.#subscriber.error(error);
  }

  complete(): void {
    this.#completed = true;
    if (this.#pending === 0) this.#subscriber.complete();
  }

  /** Runs at the end, whatever its cause: nothing that waits is handled, and no mailbox stays held. */
  stop(): void {
    this.#resume();
    for (const { resume } of this.#waiting.splice(0)) resume();
  }

  #handle(message: M, hold: Hold): void {
    try {
      const result = this.#project(message);
      if (isInput(result)) this.#work(result, message, hold);
      else emit(this.#subscriber, result);
    } catch (error) {
      this.#fail(error, message);
    }
  }

  #work(input: ObservableInput<Output>, message: M, hold: Hold): void {
    const output$ = fromAsync(input);
    if (++this.#pending >= this.#concurrency) this.#resume = hold();
    const inner = output$.subscribe({
      next: (output) => emit(this.#subscriber, output),
      error: (error) => {
        this.#fail(error, message);
        this.#finish();
      },
      complete: () => this.#finish(),
    });
    this.#subscriber.add(inner);
  }

  #fail(error: unknown, message: M): void {
    if (this.#crashes) this.#subscriber.error(error);
    else this.#subscriber.next(report(error, message));
  }

  #finish(): void {
    this.#pending--;
    this.#resume();
    if (!this.#proceeding) this.#proceed();
  }

  #proceed(): void {
    this.#proceeding = true;
    while (this.#waiting.length > 0 && this.#pending < this.#concurrency) {
      const { handle, resume } = this.#waiting.shift() as Waiting;
      handle();
      // The hold stays when the message has taken the last free place.
      if (this.#resume !== resume) resume();
    }
    this.#proceeding = false;
    if (this.#completed && this.#pending === 0) this.#subscriber.complete();
  }
}

const NOTHING = (): void => {};

/** What is no object, an array or a command is emitted as it is; any other object is an input. */
function isInput(result: ObservableInput<Output> | Output): result is ObservableInput<Output> {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return false;
  return !('type' in result);
}

function emit(subscriber: Subscriber<Command>, result: Output | readonly Output[]): void {
  if (Array.isArray(result)) for (const output of result) subscriber.next(output);
  else if (result !== undefined) subscriber.next(result as Command);
}
