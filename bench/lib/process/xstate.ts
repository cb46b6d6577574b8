// xstate 5: actors of `fromTransition`. It delivers within the sender's call, so a ring overflows the stack.
import { type AnyActor, createActor, fromTransition } from 'xstate';
import { inBatches, type Peer, type Workload } from './workload.js';

interface Token {
  readonly type: 'token';
  readonly left: number;
}

/** How deep two may answer each other before the stack gives out: one begins anew from outside. */
const DEPTH = 500;

const pingPong: Workload = async (count) => {
  const actors: AnyActor[] = [];
  let deferred: Token | undefined;
  for (const other of [1, 0]) {
    const player = fromTransition((state: undefined, { left }: Token) => {
      const next: Token = { type: 'token', left: left - 1 };
      if (left % DEPTH === 0) deferred = next;
      else if (left > 0) actors[other]?.send(next);
      return state;
    }, undefined);
    actors.push(createActor(player).start());
  }
  return async () => {
    deferred = { type: 'token', left: count };
    while (deferred !== undefined && deferred.left > 0) {
      const token: Token = deferred;
      deferred = undefined;
      actors[0]?.send(token);
    }
  };
};

const spawning: Workload = inBatches((size, over) => {
  for (let left = size; left > 0; left--) {
    const once = fromTransition((state: undefined, token: Token) => {
      if (token.left === 1) over();
      return state;
    }, undefined);
    const actor = createActor(once).start();
    actor.send({ type: 'token', left });
    actor.stop();
  }
});

const idle = fromTransition((state: undefined) => state, undefined);

const monitoring: Workload = async (count) => {
  const actors = Array.from({ length: count }, () => createActor(idle).start());
  return () =>
    new Promise((resolve) => {
      let left = count;
      const complete = (): void => {
        if (--left === 0) resolve();
      };
      for (const actor of actors) actor.subscribe({ complete });
      for (const actor of actors) actor.stop();
    });
};

export const peer: Peer = {
  workloads: { spawn: spawning, pingPong, monitor: monitoring },
  populations: {
    subscription: async (count) => Array.from({ length: count }, () => createActor(idle).start()),
  },
};
