import { patternSchema } from './pattern.js';
import { type Shape, scalar } from './shape.js';

const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[\w.-]*):(\d{1,5})$/;

/** `[host]:port`, the host being left out or a name or an address. */
export const address: Shape<Address> = scalar(
  'address',
  patternSchema(ADDRESS),
  (input) => {
    const [, host = '', digits] = ADDRESS.exec(String(input)) ?? [];
    const port = Number(digits ?? Number.NaN);
    if (!(port <= 65_535)) return undefined;
    return { host: host === '' ? undefined : host.replace(/^\[|\]$/g, ''), port };
  },
  { hint: () => '; give "host:port", or ":port" for every interface' },
);

/** Where a service listens. No host: every interface. */
export interface Address {
  readonly host: string | undefined;
  readonly port: number;
}
