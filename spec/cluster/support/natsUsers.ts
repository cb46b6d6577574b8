const quoted = (subjects: readonly string[]): string => subjects.map((each) => `"${each}"`).join();

/** A user with exactly what D62 allows a node of this name in the cluster `main`. */
const user = (name: string): string => `{ user: ${name}, password: secret, permissions: {
  publish: [${quoted([
    `rxp1.main.b.${name}`,
    `rxp1.main.l.*.*.${name}.*`,
    ...['$KV.rxp1-main.>', '$JS.API.INFO', '$JS.API.STREAM.INFO.KV_rxp1-main'],
    '$JS.API.DIRECT.GET.KV_rxp1-main.>',
  ])}]
  subscribe: [${quoted(['rxp1.main.b.*', `rxp1.main.l.${name}.>`, `rxp1.main.i.${name}.>`])}]
} }`;

/** A server's configuration with a user for each node, and `admin`; the password of all is `secret`. */
export const natsUsers = (...names: string[]): string =>
  `authorization { users: [${names.map(user).join()}, { user: admin, password: secret }] }\n`;
