import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type Follower, Followers } from '../../lib/upgrade/followers.js';

const request = {} as IncomingMessage;

/** A follower that writes what it hears. */
const writing =
  (log: string[], name: string): Follower =>
  () => ({
    run: (work) => {
      log.push(`${name} before`);
      work();
      log.push(`${name} after`);
    },
    end: (status) => log.push(`${name} ${status}`),
  });

describe('Followers', () => {
  it('run the handler within each other, and hear of its first answer only (I15)', () => {
    const log: string[] = [];
    const followers = new Followers();
    followers.add(writing(log, 'a'));
    followers.add(() => ({ end: (status) => log.push(`b ${status}`) }));
    followers.add(writing(log, 'c'));
    const handshake = {};
    followers.serve(handshake, request, () => log.push('handler'));
    for (const status of [101, 503, undefined]) followers.end(handshake, status);

    expect(log.slice(0, 5)).toEqual(['c before', 'a before', 'handler', 'a after', 'c after']);
    expect(log.slice(5)).toEqual(['a 101', 'b 101', 'c 101']);
  });

  it('follow a handshake once that passes the relay twice (I15)', () => {
    const log: string[] = [];
    const followers = new Followers();
    followers.add(writing(log, 'a'));
    const handshake = {};
    followers.serve(handshake, request, () =>
      followers.serve(handshake, request, () => log.push('handler')),
    );
    followers.end(handshake);

    expect(log).toEqual(['a before', 'handler', 'a after', 'a undefined']);
  });

  it('that are taken off hear of the handshakes that they have followed (I14)', () => {
    const log: string[] = [];
    const followers = new Followers();
    const off = followers.add(writing(log, 'a'));
    const [first, second] = [{}, {}];
    followers.serve(first, request, () => {});
    off();
    followers.serve(second, request, () => log.push('handler'));
    for (const handshake of [first, second]) followers.end(handshake, 200);

    expect(log).toEqual(['a before', 'a after', 'handler', 'a 200']);
  });
});
