// nact 7: actors as functions of a state and a message. It has no monitors.
import { dispatch, type Ref, spawn, start, stop } from 'nact';
import { CRASH, inBatches, type Peer, RING, settled, type Workload } from './workload.js';

// Names are given: nact's own are random, and of 100,000 some would be equal, which it refuses.
let names = 0;
const nextName = (): string => `${++names}`;

function circle(size: number): Workload {
  return async (count) => {
    const system = start();
    let over = (): void => {};
    const actors: Ref<number>[] = [];
    for (let at = 0; at < size; at++) {
      const receive = (_state: unknown, left: number): void => {
        if (left === 0) over();
        else dispatch(actors[(at + 1) % size] as Ref<number>, left - 1);
      };
      actors.push(spawn(system, receive, nextName()));
    }
    await settled();
    return () =>
      new Promise((resolve) => {
        over = resolve;
        dispatch(actors[0] as Ref<number>, count);
      });
  };
}

const spawning = (): Workload => {
  const system = start();
  return inBatches((size, over) => {
    for (let left = size; left > 0; left--) {
      const actor: Ref<number> = spawn(
        system,
        (_state: unknown, message: number, { self }) => {
          if (message === 1) over();
          stop(self);
        },
        nextName(),
      );
      dispatch(actor, left);
    }
  });
};

/** An actor that crashes is reset by its own policy; it has crashed `size` times when it is over. */
const restarting = (): Workload => {
  const system = start();
  return inBatches((size, over) => {
    let left = size;
    const crash = (_state: unknown, _message: number): never => {
      throw CRASH;
    };
    const actor: Ref<number> = spawn(system, crash, nextName(), {
      onCrash: (_message: unknown, _error: unknown, context: { reset: symbol; stop: symbol }) => {
        if (--left === 0) {
          over();
          return context.stop;
        }
        dispatch(actor, left);
        return context.reset;
      },
    } as never);
    dispatch(actor, left);
  });
};

export const peer: Peer = {
  workloads: {
    spawn: spawning(),
    pingPong: circle(2),
    ring: circle(RING),
    restart: restarting(),
  },
  populations: {
    subscription: async (count) => {
      const system = start();
      for (let made = 0; made < count; made++) spawn(system, () => {}, nextName());
      await settled();
      return system;
    },
  },
};
