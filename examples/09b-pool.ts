// A pool of workers: a job goes to an idle one, is tried once more if it crashes it, and is given up in time.
//
//   node --import tsx examples/09b-pool.ts
import { setTimeout } from 'node:timers/promises';
import * as rx from 'rx-process';
import {
  catchError,
  filter,
  firstValueFrom,
  map,
  mergeMap,
  of,
  retry,
  switchMap,
  take,
  tap,
  throwError,
} from 'rxjs';
import { isMain } from './lib/listen.js';

type Result = { readonly text: string } | { readonly error: rx.ProcessErrorCode };
export const run = rx.topic<string, Result>('run');
/** How long a worker may take, in milliseconds. */
const TIMEOUT = 1_000;
/** The group of those that have nothing to do: a worker joins as it starts, and leaves by its end. */
export const IDLE = 'workers.idle';

let tries = 0;
/** Stands for what takes time, and may fail. */
async function work(job: string): Promise<string> {
  if (job === 'endless') return new Promise(() => {});
  await setTimeout(50);
  if (job === 'broken' || (job === 'flaky' && ++tries === 1)) throw new Error('a bug');
  return 'done';
}

/** Does what it is told. An error is not its business: it ends, and its supervisor starts another. */
const worker: rx.Behavior = (inbox, self) => {
  self.join(IDLE);
  return inbox.pipe(
    rx.ofTopic(run),
    rx.act(async (message) => rx.reply(message, { text: await work(message.payload) }), {
      onError: 'crash',
    }),
  );
};

const workers = rx.supervise({
  children: ['ada', 'bob', 'cy', 'dan'].map((id) => ({ id, behavior: worker })),
  intensity: Number.POSITIVE_INFINITY, // what crashes them is a job, and the next one may be good
});

/** Takes four jobs at once; all others wait in its mailbox, where they are counted and bounded. */
export const pool =
  (system: rx.System): rx.Behavior =>
  (inbox, self) => {
    // Waits for a worker to be idle, and takes it out of the group in the same turn: nobody else gets it.
    const idle$ = self.monitorGroup(IDLE).pipe(
      map(() => system.groups.members(IDLE)[0]),
      filter((pid) => pid !== undefined),
      take(1),
      tap((pid) => system.groups.leave(IDLE, pid)),
    );
    const attempt = (message: rx.Message<string, Result>) =>
      idle$.pipe(
        switchMap((pid) =>
          self.call(pid, run, message.payload, { timeout: TIMEOUT }).pipe(
            mergeMap((result) => [rx.join(IDLE, pid), rx.reply(message, result)]),
            // It has crashed, or is still at work: in either case another one will be idle in its place.
            tap({ error: () => system.terminate(pid) }),
          ),
        ),
      );
    return inbox.pipe(
      rx.ofTopic(run),
      rx.act(
        (message) =>
          attempt(message).pipe(
            retry({ count: 1, delay: unlessLate }),
            catchError(({ code }) => of(rx.reply(message, { error: code }))),
          ),
        { concurrency: 4 },
      ),
    );
  };

/** Once more at once, but for a job that has taken too long: it would again. */
const unlessLate = (error: rx.ProcessError) =>
  error.code === 'Timeout' ? throwError(() => error) : of('at once');

if (isMain(import.meta)) {
  const system = rx.createSystem({ logger: false });
  system.spawn(workers);
  system.spawn(pool(system), { name: 'pool' });

  const order = async (job: string) =>
    console.log(job, await firstValueFrom(system.call('pool', run, job)));
  await Promise.all(['good', 'flaky', 'broken', 'endless', 'good', 'good', 'good'].map(order));
  await Promise.all(['good', 'good', 'good', 'good'].map(order)); // there are four again
  await system.shutdown();
}
