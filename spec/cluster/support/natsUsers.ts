const quoted = (subjects: readonly string[]): string => subjects.map((each) => `"${each}"`).join();

/** What CH15 allows besides, for the history of channels. */
const HISTORY: readonly string[] = [
  'rxp1.main.h.>',
  ...['INFO', 'MSG.GET', 'MSG.DELETE', 'PURGE'].map(
    (what) => `$JS.API.STREAM.${what}.rxp1-main-history`,
  ),
  '$JS.API.CONSUMER.CREATE.rxp1-main-history.>',
  ...['MSG.NEXT', 'DELETE'].map((what) => `$JS.API.CONSUMER.${what}.rxp1-main-history.*`),
];

/** A user with exactly what D62 allows a node of this name in the cluster `main`, and more. */
const user = (
  name: string,
  more: readonly string[] = [],
): string => `{ user: ${name}, password: secret, permissions: {
  publish: [${quoted([
    `rxp1.main.b.${name}`,
    `rxp1.main.l.*.*.${name}.*`,
    ...['$KV.rxp1-main.>', '$JS.API.INFO', '$JS.API.STREAM.INFO.KV_rxp1-main'],
    '$JS.API.DIRECT.GET.KV_rxp1-main.>',
    ...more,
  ])}]
  subscribe: [${quoted(['rxp1.main.b.*', `rxp1.main.l.${name}.>`, `rxp1.main.i.${name}.>`])}]
} }`;

/** A server's configuration with a user for each node, and `admin`; the password of all is `secret`. */
export const natsUsers = (...names: string[]): string =>
  configuration(names.map((name) => user(name)));

/** The same for nodes that have a `jetStreamStore`, too. */
export const natsHistoryUsers = (...names: string[]): string =>
  configuration(names.map((name) => user(name, HISTORY)));

const configuration = (users: readonly string[]): string =>
  `authorization { users: [${users.join()}, { user: admin, password: secret }] }\n`;
