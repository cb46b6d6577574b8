// The library: processes as a user writes them, through its public face only.
import type { Behavior, Pid } from 'rx-process';
import { filter, map, NEVER } from 'rxjs';
import { builtCore } from '../built.js';
import { CRASH, inBatches, MEMBERS, type Peer, RING, settled, type Workload } from './workload.js';

const { createSystem, done, send, supervise, topic } = await builtCore();

/** Carries how many operations are still to come. */
const token = topic<number>('token');

/** Where a process sends; known only when the other has been spawned. */
interface Address {
  pid: Pid;
}

type Player = (to: Address, over: () => void) => Behavior;

const pipeline: Player = (to, over) => (inbox) =>
  inbox.pipe(
    map(({ payload }) => {
      if (payload === 0) return over();
      return send(to.pid, token, (payload as number) - 1);
    }),
  );

const subscriber: Player = (to, over) => (inbox, self) => {
  inbox.subscribe(({ payload }) => {
    if (payload === 0) over();
    else self.send(to.pid, token, (payload as number) - 1);
  });
  return NEVER;
};

/** So many processes in a circle, around which one message runs until it has made `count` hops. */
function circle(size: number, player: Player): Workload {
  return async (count) => {
    const system = createSystem();
    let over = (): void => {};
    const addresses = Array.from({ length: size }, (): Address => ({ pid: '' }));
    addresses.forEach((own, at) => {
      const next = addresses[(at + 1) % size] as Address;
      own.pid = system.spawn(player(next, () => over()));
    });
    await settled();
    return () =>
      new Promise((resolve) => {
        over = resolve;
        system.send((addresses[0] as Address).pid, token, count);
      });
  };
}

const doneInPipeline: Behavior = (inbox, self) => {
  const [over] = self.args as readonly (() => void)[];
  return inbox.pipe(
    map(({ payload }) => {
      if (payload === 1) over?.();
      return done();
    }),
  );
};

const exitInSubscriber: Behavior = (inbox, self) => {
  const [over] = self.args as readonly (() => void)[];
  inbox.subscribe(({ payload }) => {
    if (payload === 1) over?.();
    self.exit('normal');
  });
  return NEVER;
};

const spawning = (behavior: Behavior): Workload => {
  const system = createSystem();
  return inBatches((size, over) => {
    const options = { args: [over] };
    for (let left = size; left > 0; left--) {
      system.send(system.spawn(behavior, options), token, left);
    }
  });
};

const monitoring: Workload = async (count) => {
  const system = createSystem();
  const finish: Behavior = (inbox) => inbox.pipe(map(() => done()));
  const watched = Array.from({ length: count }, () => system.spawn(finish));
  await settled();
  return () =>
    new Promise((resolve) => {
      let left = count;
      system.spawn((_inbox, self) => {
        for (const pid of watched) {
          self.monitor(pid).subscribe(() => {
            if (--left === 0) resolve();
          });
        }
        for (const pid of watched) self.send(pid, token, 0);
        return NEVER;
      });
    });
};

const broadcasting: Workload = async (count) => {
  const system = createSystem();
  let left = 0;
  let over = (): void => {};
  const member: Behavior = (inbox) => {
    inbox.subscribe(() => {
      if (--left === 0) over();
    });
    return NEVER;
  };
  for (let made = 0; made < MEMBERS; made++) system.groups.join('members', system.spawn(member));
  await settled();
  return async () => {
    for (let round = 0; round < count / MEMBERS; round++) {
      await new Promise<void>((resolve) => {
        over = resolve;
        left = MEMBERS;
        system.groups.broadcast('members', token, round);
      });
    }
  };
};

/** One supervisor, whose one child crashes `size` times. */
const restarting = (): Workload => {
  const system = createSystem({ logger: false });
  return inBatches((size, over) => {
    let left = size;
    const worker: Behavior = (inbox, self) => {
      if (left-- === 0) system.exit(tree, 'shutdown');
      else system.send(self.pid, token, left);
      return inbox.pipe(
        map(() => {
          throw CRASH;
        }),
      );
    };
    const children = [{ id: 'worker', behavior: worker }];
    const tree = system.spawn(supervise({ children, intensity: 2 * size, period: '1s' }));
    system.monitor(tree).subscribe(over);
  });
};

const sink = (): void => {};

async function populated(count: number, behavior: Behavior): Promise<unknown> {
  const system = createSystem();
  for (let made = 0; made < count; made++) {
    system.spawn(behavior);
    if (made % 1_000 === 0) await settled();
  }
  await settled();
  return system;
}

export const peer: Peer = {
  workloads: {
    spawn: spawning(doneInPipeline),
    spawnSelfExit: spawning(exitInSubscriber),
    pingPong: circle(2, pipeline),
    pingPongSelfSend: circle(2, subscriber),
    ring: circle(RING, pipeline),
    monitor: monitoring,
    broadcast: broadcasting,
    restart: restarting(),
  },
  populations: {
    subscription: (count) =>
      populated(count, (inbox) => {
        inbox.subscribe(sink);
        return NEVER;
      }),
    filterAndMap: (count) =>
      populated(count, (inbox) =>
        inbox.pipe(
          filter(({ topic }) => topic === token),
          map(({ payload }) => send('nobody', token, payload as number)),
        ),
      ),
  },
};
