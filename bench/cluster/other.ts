// The other node of `bench:cluster`, in a process of its own: what is measured through a cluster, and the same over the
// bare client of NATS. `--servers <url> --name <name> --members <n>`; says a line of JSON with its PIDs when it is ready.
import { parseArgs } from 'node:util';
import { connect } from '@nats-io/transport-node';
import type { Command } from 'rx-process';
import { ignoreElements, map, mergeMap, Observable, tap } from 'rxjs';
import { builtCluster, rxProcess } from '../lib/built.js';

const { createSystem, ofTopic, reply, send } = await rxProcess();
const { incarnate, joinCluster } = await builtCluster();
const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '' },
    name: { type: 'string', default: 'b' },
    members: { type: 'string', default: '0' },
  },
});

const bare = await connect({ servers: values.servers });
let bareCount = 0;
const TEXT = 'x'.repeat(40);
bare.subscribe(`bare.${values.name}.ping`, {
  callback: (_, { data, reply: to = '' }) => bare.publish(to, data),
});
bare.subscribe(`bare.${values.name}.told`, { callback: () => {} });
bare.subscribe(`bare.${values.name}.count`, {
  callback: () => {
    bareCount += 1;
  },
});
bare.subscribe(`bare.${values.name}.json`, {
  callback: (_, message) => {
    JSON.parse(message.string());
    bareCount += 1;
  },
});
bare.subscribe(`bare.${values.name}.counted`, {
  callback: (_, { reply: to = '' }) => bare.publish(to, String(bareCount)),
});

const system = createSystem({ node: incarnate(values.name), logger: false });
const cluster = joinCluster(system, { servers: values.servers, cluster: 'bench' });
await cluster.ready();
let count = 0;
/** Says the count, once it is so much. */
let waiting: { readonly least: number; readonly tell: () => void } | undefined;
const ping = system.spawn((inbox) =>
  inbox.pipe(map(({ from = '', payload }) => send(from, 'pong', payload))),
);
const asked = system.spawn((inbox) =>
  inbox.pipe(map((message) => reply(message, message.payload))),
);
const counter = system.spawn((inbox) =>
  inbox.pipe(
    tap(() => {
      count += 1;
    }),
    ignoreElements(),
  ),
);
const counted = system.spawn((inbox) =>
  inbox.pipe(
    ofTopic('counted'),
    map((message) => reply(message, count)),
  ),
);
// Nobody asks again and again, which would be measured along with what is counted.
const reached = system.spawn((inbox) =>
  inbox.pipe(
    ofTopic('reached'),
    mergeMap(
      (message) =>
        new Observable<Command>((subscriber) => {
          const least = message.payload as number;
          const tell = (): void => {
            waiting = undefined;
            subscriber.next(reply(message, count));
            subscriber.complete();
          };
          waiting = { least, tell };
          if (count >= least) tell();
        }),
    ),
  ),
);
const members = Array.from({ length: Number(values.members) }, () =>
  system.spawn((inbox) =>
    inbox.pipe(
      tap(() => {
        count += 1;
        if (waiting !== undefined && count >= waiting.least) waiting.tell();
      }),
      ignoreElements(),
    ),
  ),
);
system.groups.join('all', members);
for (let n = 0; n < members.length; n++) {
  bare.subscribe(`bare.${values.name}.m.${n}`, {
    callback: () => void system.send(members[n] as (typeof members)[0], 'note', TEXT),
  });
}
await bare.flush();
console.log(JSON.stringify({ ping, asked, counter, counted, reached, members }));
