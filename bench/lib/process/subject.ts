// The baseline: bare RxJS Subjects and a trampoline. No addresses, no bounds, no exits, no guards.
import { filter, map, Observable, retry, Subject } from 'rxjs';
import { CRASH, inBatches, MEMBERS, type Peer, RING, type Workload } from './workload.js';

/** An array as run queue and a busy flag, so that nothing is delivered inside a delivery. */
class Trampoline {
  readonly #queue: unknown[] = [];
  #busy = false;

  post<T>(to: Subject<T>, message: T): void {
    this.#queue.push(to, message);
    if (this.#busy) return;
    this.#busy = true;
    this.#drain();
    this.#busy = false;
  }

  #drain(): void {
    const queue = this.#queue;
    let at = 0;
    while (at < queue.length) {
      const to = queue[at++] as Subject<unknown>;
      to.next(queue[at++]);
      // What is done goes by the thousand: `shift` would move the rest each time.
      if (at >= 1_024) {
        queue.splice(0, at);
        at = 0;
      }
    }
    queue.length = 0;
  }
}

const trampoline = new Trampoline();

function circle(size: number): Workload {
  return async (count) => {
    let over = (): void => {};
    const subjects = Array.from({ length: size }, () => new Subject<number>());
    subjects.forEach((subject, at) => {
      const next = subjects[(at + 1) % size] as Subject<number>;
      subject.subscribe((left) => {
        if (left === 0) over();
        else trampoline.post(next, left - 1);
      });
    });
    return () =>
      new Promise((resolve) => {
        over = resolve;
        trampoline.post(subjects[0] as Subject<number>, count);
      });
  };
}

const spawning = (mapped: boolean): Workload =>
  inBatches((size, over) => {
    for (let left = size; left > 0; left--) {
      const subject = new Subject<number>();
      const output$ = mapped ? subject.pipe(map((message) => message)) : subject;
      output$.subscribe((message) => {
        if (message === 1) over();
        subject.complete();
      });
      trampoline.post(subject, left);
    }
  });

const monitoring: Workload = async (count) => {
  const subjects = Array.from({ length: count }, () => {
    const subject = new Subject<number>();
    subject.subscribe(() => subject.complete());
    return subject;
  });
  return () =>
    new Promise((resolve) => {
      let left = count;
      const watcher = {
        complete: () => {
          if (--left === 0) resolve();
        },
      };
      for (const subject of subjects) subject.subscribe(watcher);
      for (const subject of subjects) trampoline.post(subject, 0);
    });
};

const broadcasting: Workload = async (count) => {
  let left = 0;
  let over = (): void => {};
  const subjects = Array.from({ length: MEMBERS }, () => {
    const subject = new Subject<number>();
    subject.subscribe(() => {
      if (--left === 0) over();
    });
    return subject;
  });
  return async () => {
    for (let round = 0; round < count / MEMBERS; round++) {
      await new Promise<void>((resolve) => {
        over = resolve;
        left = MEMBERS;
        for (const subject of subjects) trampoline.post(subject, round);
      });
    }
  };
};

/** A restart is another subscription to what threw. */
const restarting: Workload = inBatches((size, over) => {
  let left = size;
  let subject = new Subject<number>();
  const crashing = new Observable<number>((subscriber) => {
    subject = new Subject();
    const crash = subject.pipe(
      map(() => {
        throw CRASH;
      }),
    );
    crash.subscribe(subscriber);
    if (left-- > 0) trampoline.post(subject, left);
    else subject.complete();
  });
  crashing.pipe(retry(size)).subscribe({ complete: over });
});

const sink = (): void => {};

export const peer: Peer = {
  workloads: {
    spawn: spawning(false),
    spawnMapped: spawning(true),
    pingPong: circle(2),
    ring: circle(RING),
    monitor: monitoring,
    broadcast: broadcasting,
    restart: restarting,
  },
  populations: {
    subscription: async (count) =>
      Array.from({ length: count }, () => {
        const subject = new Subject<number>();
        subject.subscribe(sink);
        return subject;
      }),
    filterAndMap: async (count) =>
      Array.from({ length: count }, () => {
        const subject = new Subject<number>();
        const output$ = subject.pipe(
          filter((n) => n > 0),
          map((n) => n + 1),
        );
        output$.subscribe(sink);
        return subject;
      }),
  },
};
