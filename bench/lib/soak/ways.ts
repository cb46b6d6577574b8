import { ws } from '../../../lib/express/index.js';
import type { Pid } from '../../../lib/index.js';
import type { Control } from '../../../lib/protocol/index.js';
import { clientFrame, OPCODE } from '../../../lib/testing/faults/clientFrame.js';
import type { Plan } from '../../../lib/testing/faults/peer.js';
import {
  type FaultOptions,
  type FaultReport,
  fragmentFlood,
  halfOpen,
  reconnectStorm,
  resetDuringUpgrade,
  slowReader,
  vanish,
} from '../../../lib/testing/index.js';
import type { Stage } from './stage.js';
import { urlOf, Visitor } from './visitor.js';
import { within } from './within.js';

/** One way in which a connection opens, lives and ends; gives what was not as it must be. */
export type Way = (stage: Stage, random: () => number) => Promise<readonly string[]>;

/** How a connection must end. */
interface Expected {
  /** The code of the server's close frame; `undefined`: none. */
  readonly code: number | undefined;
  /** The reasons of all its leaves; a function of how many transfers there were. */
  readonly leaves: readonly string[];
  /** Whether every number must have been heard, because target and connection have lived. */
  readonly isWhole?: boolean;
  readonly path?: string | ((stage: Stage) => string);
  readonly plan?: Plan;
}

type Deed = (visitor: Visitor, stage: Stage, pid: Pid, random: () => number) => unknown;

const some = (random: () => number, most: number): number => 1 + Math.floor(random() * most);
const differs = (what: string, seen: unknown, expected: unknown): string[] =>
  JSON.stringify(seen) === JSON.stringify(expected)
    ? []
    : [`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`];

/** Opens a connection, does something, and waits for both ends of it. */
const visit =
  ({ code, leaves, isWhole = false, path = '/ws', plan = {} }: Expected, deed: Deed): Way =>
  async (stage, random) => {
    const to = typeof path === 'string' ? path : path(stage);
    const visitor = new Visitor(stage, to, plan);
    const { ledger, peer } = visitor;
    try {
      await within(visitor.opened, () => `the opening; ${ledger}`);
      await ledger.until('the join', () => ledger.pid !== undefined);
      await deed(visitor, stage, ledger.pid as Pid, random);
      await within(peer.ended, () => `the end; ${ledger}`);
      await ledger.until('the exit', () => ledger.exit !== undefined);
    } finally {
      peer.stop('left');
    }
    const transfers = ledger.leaves.filter((reason) => reason === 'transferred').length;
    const all =
      leaves[0] === '*' ? [...Array(transfers).fill('transferred'), ...leaves.slice(1)] : leaves;
    return [
      ...ledger.faults,
      ...differs('code', peer.code, code),
      ...differs('leaves', ledger.leaves, all),
      ...(isWhole ? differs('numbers', ledger.numbers, visitor.sent) : []),
    ];
  };

/** A fault of the test kit, and how it must end. */
const suffer =
  (
    run: (url: string, options: FaultOptions) => Promise<FaultReport>,
    expected: Partial<FaultReport>,
    leaves: readonly string[],
    path = '/ws',
  ): Way =>
  async (stage) => {
    const ledger = stage.next();
    const report = await run(urlOf(stage, path, ledger.id), { timeout: '15s' });
    if (leaves.length > 0) await ledger.until('the exit', () => ledger.exit !== undefined);
    stage.ledgers.delete(ledger.id);
    const names = Object.keys(expected) as (keyof FaultReport)[];
    const seen = Object.fromEntries(names.map((name) => [name, report[name]]));
    return [
      ...ledger.faults,
      ...differs('report', seen, expected),
      ...differs('leaves', ledger.leaves, leaves),
    ];
  };

const refused = (status: number, path: string, headers = {}): Way =>
  suffer(
    (url, options) => halfOpen(url, { ...options, headers }),
    { status, ended: 'refused' },
    [],
    path,
  );

const control = (stage: Stage, pid: Pid, fields: Control): void =>
  void stage.system.send(pid, ws.control, fields);
const close = (code: number, reason = ''): Buffer =>
  Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]);

/** Speaks while it is handed over again and again. */
const wander: Deed = async (visitor, stage, pid, random) => {
  for (let i = some(random, 8); i > 0; i--) {
    visitor.say(some(random, 20));
    if (random() < 0.5) await new Promise(setImmediate);
    control(stage, pid, { target_pid: i % 2 === 0 ? stage.lobby : stage.room });
  }
  await visitor.echoes();
  visitor.close(close(1000));
};

const linkAndCrash: Deed = (_visitor, { system }, pid) => {
  system.spawn((_inbox, self) => {
    self.link(pid);
    throw new Error('boom');
  });
};

/** Hands a connection over to somebody who then dies. */
const handOverToTheDying: Deed = async (visitor, stage, pid) => {
  const heir = stage.spawn();
  visitor.say(3);
  control(stage, pid, { target_pid: heir });
  await visitor.echoes();
  stage.system.terminate(heir);
};

/** Speaks on while its target crashes again and again, and is handed back in the end. */
const outlive: Deed = async (visitor, stage, pid, random) => {
  const { ledger } = visitor;
  const name = `phoenix ${ledger.id}`;
  const supervisor = await stage.supervise(name);
  visitor.say(3);
  control(stage, pid, { target_name: name, rejoin: '10s' });
  // What is read before the command is processed is still the lobby's, which must not crash (X4).
  await ledger.until('the hand-over', () => ledger.leaves.length === 1);
  for (let crashes = some(random, 4); crashes > 0; crashes--) {
    visitor.say(some(random, 20));
    visitor.peer.send(OPCODE.text, 'crash');
    visitor.say(some(random, 20));
    if (random() < 0.5) await visitor.echoes();
  }
  await visitor.echoes();
  control(stage, pid, { target_pid: stage.lobby, rejoin: '0s' });
  visitor.say(3);
  await visitor.echoes();
  visitor.close(close(1000));
  await ledger.until('the exit', () => ledger.exit !== undefined);
  stage.system.cancel(supervisor);
};

const say: Deed = (visitor, _stage, _pid, random) => visitor.say(some(random, 5));
const LEFT = ['client closed'];
const LOST = ['connection lost'];
const CLOSED = ['closed by server'];

export const WAYS: Readonly<Record<string, Way>> = {
  'client close with a code': visit(
    { code: 1000, leaves: ['bye'], isWhole: true },
    (visitor, _stage, _pid, random) => {
      visitor.say(some(random, 50));
      visitor.close(close(1000, 'bye'));
    },
  ),
  'client close without a code': visit({ code: 1005, leaves: LEFT, isWhole: true }, (visitor) => {
    visitor.say(2);
    visitor.close();
  }),
  'client end': visit({ code: undefined, leaves: LOST, isWhole: true }, async (visitor) => {
    visitor.say(9);
    await visitor.echoes();
    visitor.peer.stop('left', 'end');
  }),
  'client reset': visit({ code: undefined, leaves: LOST }, (visitor) => {
    visitor.say(9);
    visitor.peer.stop('left');
  }),
  'heartbeats, then close': visit(
    { code: 1000, leaves: LEFT, isWhole: true, path: '/ws?every=1ms' },
    async (visitor) => {
      const { ledger } = visitor;
      for (let i = 1; i <= 4; i++) {
        visitor.say(i);
        await ledger.until('a heartbeat', () => ledger.heartbeats >= 2 * i);
      }
      visitor.close(close(1000));
    },
  ),
  'more than a mailbox likes': visit(
    { code: 1000, leaves: LEFT, isWhole: true, path: '/ws/own/plain' },
    async (visitor) => {
      visitor.say(5_000);
      await visitor.echoes();
      visitor.close(close(1000));
    },
  ),
  'ws.close': visit({ code: 4000, leaves: CLOSED }, (_visitor, { system }, pid) => {
    system.send(pid, ws.close, { code: 4000 });
  }),
  'transfer, then ws.close': visit(
    { code: 4000, leaves: ['transferred', ...CLOSED] },
    (_visitor, stage, pid) => {
      control(stage, pid, { target_pid: stage.room, heartbeat_interval: '1ms' });
      stage.system.send(pid, ws.close, { code: 4000 });
    },
  ),
  'transfers under way': visit(
    { code: 1000, leaves: ['*', 'client closed'], isWhole: true },
    wander,
  ),
  'transfers with heartbeats': visit(
    { code: 1000, leaves: ['*', 'client closed'], isWhole: true, path: '/ws?every=1ms' },
    wander,
  ),
  'a transfer that fails': visit(
    { code: 1000, leaves: LEFT, isWhole: true },
    async (visitor, stage, pid) => {
      visitor.say(5);
      control(stage, pid, { target_pid: '{main|0xfffff}' });
      visitor.say(5);
      await visitor.echoes();
      visitor.close(close(1000));
    },
  ),
  'its target crashes and is started again': visit(
    { code: 1000, leaves: ['transferred', 'transferred', 'client closed'], isWhole: true },
    outlive,
  ),
  'the same with heartbeats': visit(
    {
      code: 1000,
      leaves: ['transferred', 'transferred', 'client closed'],
      isWhole: true,
      path: '/ws?every=1ms',
    },
    outlive,
  ),
  'a transfer to one that dies': visit({ code: 1011, leaves: ['transferred'] }, handOverToTheDying),
  'its target is killed': visit(
    { code: 1011, leaves: [], path: (stage) => `/ws/at?pid=${encodeURIComponent(stage.spawn())}` },
    async (visitor, { system }) => {
      visitor.say(2);
      await visitor.echoes();
      for (const { pid, monitoredBy } of system.processes()) {
        if (monitoredBy.includes(visitor.ledger.pid as Pid)) system.terminate(pid);
      }
    },
  ),
  cancel: visit({ code: 1001, leaves: ['cancelled'] }, (_visitor, { system }, pid) => {
    system.cancel(pid, { deadline: '10s' });
  }),
  terminate: visit({ code: undefined, leaves: ['terminated'] }, (_visitor, { system }, pid) => {
    system.names.register(`name of ${pid}`, pid);
    system.terminate(pid);
  }),
  'a linked process crashes': visit(
    { code: 1011, leaves: ['linked process exited'] },
    linkAndCrash,
  ),
  'protocol error': visit({ code: 1002, leaves: ['protocol error'], isWhole: true }, (visitor) => {
    visitor.say(3);
    visitor.peer.socket.write(clientFrame(3));
  }),
  'too big': visit({ code: 1009, leaves: ['message too big'] }, (visitor) => {
    visitor.peer.send(1, 'x'.repeat(5_000));
  }),
  'close frame ignored': visit(
    { code: 4000, leaves: CLOSED, plan: { isDeaf: true } },
    (_visitor, { system }, pid) => {
      system.send(pid, ws.close, { code: 4000 });
    },
  ),
  'owned, client close': visit({ code: 1000, leaves: LEFT, path: '/ws/own/plain' }, (visitor) =>
    visitor.close(close(1000)),
  ),
  'owned, client reset': visit(
    { code: undefined, leaves: LOST, path: '/ws/own/plain' },
    (visitor) => visitor.peer.stop('left'),
  ),
  'target exits normally': visit({ code: 1000, leaves: [], path: '/ws/own/normal' }, say),
  'target crashes': visit({ code: 1011, leaves: [], path: '/ws/own/crash' }, say),
  'target kills itself': visit({ code: 1011, leaves: [], path: '/ws/own/kill' }, say),
  'last words': visit({ code: 4000, leaves: [], path: '/ws/own/lastWords' }, say),
  'slow consumer': suffer(
    (url, options) => slowReader(url, { ...options, bytesPerSecond: 0, messages: ['flood'] }),
    { status: 101 },
    ['slow consumer'],
  ),
  'no pong': suffer(halfOpen, { ended: 'ended', status: 101 }, ['ping timeout']),
  vanishes: suffer(vanish, { ended: 'left', status: 101 }, LOST),
  'too many fragments': suffer(
    (url, options) => fragmentFlood(url, { ...options, size: 0 }),
    { ended: 'closed', code: 1008 },
    ['too many parts'],
  ),
  'leaves the handler alone': suffer(
    (url, options) => resetDuringUpgrade(url, { ...options, after: '10ms' }),
    { ended: 'left', status: undefined as never },
    [],
    '/ws/slow',
  ),
  'a storm': async (stage) => {
    const url = urlOf(stage, '/ws', 'storm');
    // For each round what others have for each step.
    const { statuses } = await reconnectStorm(url, { clients: 10, rounds: 2, timeout: '30s' });
    return differs('statuses', statuses, { 101: 20 });
  },
  'refused 401': refused(401, '/ws/401'),
  'refused 403': refused(403, '/ws', { Origin: 'https://evil.example' }),
  'refused 404': refused(404, '/ws/404'),
  'refused 400': refused(400, '/ws/400'),
};
