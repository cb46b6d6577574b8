import { ProcessError } from '../core/index.js';
import type { Hub } from '../relay/index.js';
import { EventLoopLag } from '../runtime/index.js';
import {
  type Admission,
  admissionOf,
  type Inside,
  type Relay,
  timeUpgrades,
} from '../upgrade/index.js';
import { counts } from './counts.js';
import type { Distribution, Measure } from './measure.js';
import { timeTurns, work } from './work.js';

/**
 * What is measured of relays, which are added up (I14). Labels are few, and no client chooses one.
 *
 * @param where which function was given the relays, for the text
 * @throws ProcessError `Invalid`: no relay.
 */
export function relayMeasures(where: string, relays: Relay | readonly Relay[]): RelayMeasures {
  const each = new Set([relays].flat());
  const admissions = [...each].map((relay) => insideOf(where, relay));
  if (admissions.length === 0) throw noRelay(where);
  const hubs = admissions.map(({ hub }) => hub);
  const lag = new EventLoopLag();
  return {
    values: [...counts(hubs), ...mailboxes(hubs), ...work(hubs), lagOf(lag)],
    upgradeDuration: DURATION,
    start: (tell) => {
      lag.start();
      const ends = admissions.map(({ followers }) => timeUpgrades(followers, tell));
      ends.push(timeTurns(hubs), () => lag.stop());
      return () => {
        for (const end of ends.splice(0)) end();
      };
    },
  };
}

/** All that is measured of some relays. */
export interface RelayMeasures {
  readonly values: readonly Measure[];
  readonly upgradeDuration: Distribution;
  /** From here on the seconds of each upgrade are told, and the event loop is watched; returns what ends that. */
  start(tell: (seconds: number) => void): () => void;
}

const DURATION: Distribution = {
  name: 'rx_process.upgrade.duration',
  unit: 's',
  help: 'From the call of the handler of an upgrade to its answer',
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
};

function insideOf(where: string, relay: Relay): Admission {
  const { [admissionOf]: admission } = Object(relay) as Partial<Inside>;
  if (admission === undefined) throw noRelay(where);
  return admission;
}

const noRelay = (where: string): ProcessError =>
  new ProcessError(
    'Invalid',
    `${where}: give a relay, as websocketRelay and relayUpgrades return it`,
  );

/** How much waits for the targets of all connections on this node, each of which counts once. */
function mailboxes(hubs: readonly Hub[]): Measure[] {
  const gauge = { kind: 'gauge', unit: '{message}' } as const;
  const depths = (): number[] => {
    const targetsOf = (hub: Hub) =>
      hub.connections().map(({ target }) => hub.kernel.processes.get(target));
    return [...new Set(hubs.flatMap(targetsOf))].map((target) => target?.mailbox.depth ?? 0);
  };
  return [
    {
      ...{ ...gauge, name: 'rx_process.mailbox.messages', help: 'Messages that wait for targets' },
      read: () => [['', depths().reduce((sum, depth) => sum + depth, 0)]],
    },
    {
      ...{ ...gauge, name: 'rx_process.mailbox.messages.max' },
      help: 'Messages that wait for the target with the most of them',
      read: () => [['', depths().reduce((max, depth) => Math.max(max, depth), 0)]],
    },
  ];
}

const lagOf = (lag: EventLoopLag): Measure => ({
  ...{ kind: 'gauge', name: 'rx_process.event_loop.lag', unit: 's', label: 'quantile' },
  help: 'How late the event loop was since the last look; quantile 1 is the maximum',
  read: () => lag.read(),
});
