import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { isLocal } from '../../lib/upgrade/isLocal.js';

/** A request as Node has it. */
const asked = (remoteAddress: string | undefined, headers: Record<string, string[]> = {}) =>
  ({
    socket: { remoteAddress },
    headersDistinct: { host: ['localhost'], ...headers },
  }) as unknown as IncomingMessage;

describe('isLocal', () => {
  it.each([
    { address: '127.0.0.1', expected: true },
    { address: '127.255.0.9', expected: true },
    { address: '::1', expected: true },
    { address: '::ffff:127.0.0.1', expected: true },
    { address: '::ffff:7f00:1', expected: true },
    { address: '::ffff:10.0.0.1', expected: false },
    { address: '10.0.0.1', expected: false },
    { address: '172.17.0.1', expected: false },
    { address: '0.0.0.0', expected: false },
    { address: '::', expected: false },
    { address: 'fe80::1%eth0', expected: false },
    // Of a socket that is gone, or of a Unix domain.
    { address: undefined, expected: false },
  ])('says $expected of the address $address (CL5)', ({ address, expected }) => {
    expect(isLocal(asked(address))).toBe(expected);
  });

  it('says false with two hosts, whichever comes first (CL5)', () => {
    expect(isLocal(asked('::1', { host: ['localhost', 'evil.example'] }))).toBe(false);
    expect(isLocal(asked('::1', { host: ['localhost', 'localhost'] }))).toBe(false);
  });
});
