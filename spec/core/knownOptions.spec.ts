import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { acceptUpgrades, setRelay, websocketRelay } from '../../lib/express/index.js';
import { relayUpgrades } from '../../lib/http/index.js';
import { act, broadcast, createSystem, supervise } from '../../lib/index.js';
import { drills } from '../../lib/testing/live/drills.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { idle, puppet, quiet, refused, settled, tables } from '../support/runtime.js';

/** A slip in each set of options, as JavaScript would let it through. */
const slip = (name: string): never => ({ [name]: undefined }) as never;
const child = { id: 'a', behavior: idle } as const;

const SLIPS = [
  { where: 'createSystem', name: 'mailbx', to: 'mailbox' },
  { where: 'createSystem: mailbox', name: 'capcity', to: 'capacity' },
  { where: 'host h', name: 'maxProceses', to: 'maxProcesses' },
  { where: 'testSystem', name: 'sheduler', to: 'scheduler' },
  { where: 'supervise', name: 'strateggy', to: 'strategy' },
  { where: 'supervise: child a', name: 'restarts', to: 'restart' },
  { where: 'supervise: backoff', name: 'inital', to: 'initial' },
  { where: 'websocketRelay', name: 'allowedOrigin', to: 'allowedOrigins' },
  { where: 'acceptUpgrades', name: 'claims', to: 'claim' },
  { where: 'setRelay', name: 'targetPid', to: 'target_pid' },
  { where: 'act', name: 'concurency', to: 'concurrency' },
  { where: 'broadcast', name: 'scop', to: 'scope' },
  { where: 'drills', name: 'seeds', to: 'seed' },
  { where: 'killOne', name: 'amogn', to: 'among' },
  { where: 'kill', name: 'evry', to: 'every' },
  { where: 'drill.on', name: 'propability', to: 'probability' },
  { where: 'relayUpgrades', name: 'calim', to: 'claim' },
  { where: 'setOptions', name: 'traplinks', to: 'trapLinks' },
  { where: 'fakeSelf', name: 'signals', to: 'signals$' },
] as const;

const give: Readonly<Record<(typeof SLIPS)[number]['where'], (name: string) => unknown>> = {
  createSystem: (name) => createSystem(slip(name)),
  'createSystem: mailbox': (name) => createSystem({ mailbox: slip(name) }),
  'host h': (name) => createSystem({ hosts: { h: slip(name) } }),
  testSystem: (name) => testSystem(slip(name)),
  supervise: (name) => supervise({ children: [], ...(slip(name) as object) }),
  'supervise: child a': (name) =>
    supervise({ children: [{ ...child, ...(slip(name) as object) }] }),
  'supervise: backoff': (name) => supervise({ children: [], backoff: slip(name) }),
  websocketRelay: (name) => websocketRelay(quiet(), slip(name)),
  acceptUpgrades: (name) => acceptUpgrades(createServer(), slip(name)),
  relayUpgrades: (name) => relayUpgrades(createServer(), quiet(), () => undefined, slip(name)),
  setRelay: (name) => setRelay({} as never, slip(name)),
  act: (name) => act(() => undefined, slip(name)),
  broadcast: (name) => broadcast('g', 'x', 1, slip(name)),
  drills: (name) => drills(testSystem(), slip(name)),
  killOne: (name) => drills(testSystem()).killOne(slip(name)),
  kill: (name) => drills(testSystem()).kill(slip(name)),
  'drill.on': (name) => drills(testSystem()).on(slip(name), 'drop'),
  setOptions: (name) => fakeSelf().setOptions(slip(name)),
  fakeSelf: (name) => fakeSelf(slip(name)),
};

describe('knownOptions', () => {
  it.each(SLIPS)('refuses $name of $where, and names $to (I7)', ({ where, name, to }) => {
    expect(() => give[where](name)).toThrow(refused('Invalid'));
    expect(() => give[where](name)).toThrow(
      `${where}: unknown option '${name}'; did you mean '${to}'?`,
    );
  });

  it('lists what there is when no name is near', () => {
    expect(() => createSystem({ mailbox: slip('size') })).toThrow(
      "createSystem: mailbox: unknown option 'size'; there is capacity, overflow",
    );
  });

  it('is not misled by what every object has', () => {
    expect(() => createSystem(slip('constructor'))).toThrow("unknown option 'constructor'");
  });

  it('refuses slips of what a process is asked for, and changes nothing (I7)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const before = tables(system);

    expect(() => system.spawn(idle, slip('nmae'))).toThrow(
      "spawn: unknown option 'nmae'; did you mean 'name'?",
    );
    expect(() => self.spawnLinked(idle, slip('hots'))).toThrow("did you mean 'host'?");
    expect(() => system.call(pid, 'x', 1, slip('timout'))).toThrow(
      "call: unknown option 'timout'; did you mean 'timeout'?",
    );
    expect(() => system.cancel(pid, slip('dedline'))).toThrow("cancel: unknown option 'dedline'");
    expect(() => self.join('g', slip('scopes'))).toThrow(
      "join: unknown option 'scopes'; did you mean 'scope'?",
    );
    expect(() => self.leave('g', slip('scopes'))).toThrow("leave: unknown option 'scopes'");
    expect(() => self.monitorGroup('g', slip('scopes'))).toThrow(
      "monitorGroup: unknown option 'scopes'",
    );
    expect(() => self.setOptions(slip('traplinks'))).toThrow(
      "setOptions: unknown option 'traplinks'; did you mean 'trapLinks'?",
    );
    await expect(system.hosts.stop('main', slip('timeouts'))).rejects.toThrow(
      "hosts.stop: unknown option 'timeouts'",
    );
    await expect(system.shutdown(slip('timeouts'))).rejects.toThrow(
      "shutdown: unknown option 'timeouts'",
    );
    await settled(system);
    expect(tables(system)).toEqual(before);
  });
});
