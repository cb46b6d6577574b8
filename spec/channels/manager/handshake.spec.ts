import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, NEVER, type Observable, of, Subject } from 'rxjs';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { channel, type JoinAnswer } from '../../../lib/channels/index.js';
import { turns } from '../../support/runtime.js';
import { Scene } from '../scene.js';

const NONE = { members: 0, publicIds: 0, departures: 0, arrivals: 0, asked: 0, connections: 0 };
const bearer = (token: string): string =>
  `rx-process.v1,rx-process.bearer.${Buffer.from(token).toString('base64url')}`;

describe('handshake', () => {
  it('lets everybody in without a hook, of whom nobody knows who it is (B14)', () => {
    const scene = new Scene();

    const client = scene.connectPlain({ known: { address: '10.0.0.1', userAgent: 'Spec' } });

    expect(scene.manager.getConnectionMetadata(client.pid)).toMatchObject({
      pid: client.pid,
      identity: undefined,
      metadata: {},
      address: '10.0.0.1',
      userAgent: 'Spec',
      protocol: 'plain',
    });
  });

  it.each([
    { what: 'nothing', answer: {} },
    { what: 'an identity', answer: { identity: 'x'.repeat(255) } },
    { what: 'metadata', answer: { metadata: { a: [1] } } },
    { what: 'a time', answer: { expiresIn: '1h' } },
  ])('lets in whom the hook gives $what (B14)', ({ answer }) => {
    expect(new Scene().ask({ connect: () => answer }).outcome).toHaveProperty('relay');
  });

  it.each([400, 401, 403, 429, 599])('answers %d as the hook says (B14)', (status) => {
    const connect = () => ({ status, body: 'No' });

    expect(new Scene().ask({ connect }).outcome).toEqual({ status, body: 'No' });
  });

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['true', () => true],
    ['false', () => false],
    ['a text', () => 'ann'],
    ['a list', () => []],
    ['a Map', () => new Map()],
    ['an Error', () => new Error('x')],
    ['a function', () => () => ({})],
    ['a slip', () => ({ staus: 401 })],
    ['status 200', () => ({ status: 200 })],
    ['status 600', () => ({ status: 600 })],
    ["status '401'", () => ({ status: '401' })],
    ['a status that is undefined', () => ({ status: undefined })],
    ['a body that is none', () => ({ status: 401, body: {} })],
    ['an empty identity', () => ({ identity: '' })],
    ['an identity that is a number', () => ({ identity: 5 })],
    ['an identity of 256', () => ({ identity: 'x'.repeat(256) })],
    ['a list of metadata', () => ({ metadata: [] })],
    ['metadata without JSON', () => ({ metadata: { a: 1n } })],
    ['no duration', () => ({ expiresIn: 'soon' })],
    ['an empty observable', () => EMPTY],
    [
      'a throw',
      () => {
        throw 'x';
      },
    ],
  ])('is a 503 with a warning, never a yes, for %s (B14)', (_what, connect) => {
    const scene = new Scene();

    expect(scene.ask({ connect }).outcome).toMatchObject({ status: 503 });
    expect(scene.events).toEqual([expect.stringMatching(/^channels the connect hook has failed/)]);
    expect(scene.held).toEqual(NONE);
  });

  it('waits for a promise, and takes its rejection for a failure (B14)', async () => {
    const scene = new Scene();
    const [yes, no] = [Promise.resolve({ identity: 'ann' }), Promise.reject(new Error('x'))];

    const asked = [yes, no].map((answer) => scene.ask({ connect: () => answer }));
    await turns(2);

    expect(asked.map(({ outcome }) => outcome)).toMatchObject([
      { relay: { metadata: { identity: 'ann' } } },
      { status: 503 },
    ]);
  });

  it('takes the first value of an observable (B14)', () => {
    const connect = () => concat(of({ identity: 'ann' }, { status: 401 }), NEVER);

    const asked = new Scene().ask({ connect });

    expect(asked.outcome).toMatchObject({ relay: { metadata: { identity: 'ann' } } });
  });

  it('waits 5 s for it, then answers 503 (B14)', () => {
    const scene = new Scene();
    const asked = scene.ask({ connect: () => new Promise(() => undefined) });

    scene.system.advance(readLimits().connectTimeout - 1);
    expect(asked.outcome).toBeUndefined();
    scene.system.advance(1);

    expect(readLimits().connectTimeout).toBe(5_000);
    expect(asked.outcome).toMatchObject({ status: 503 });
  });

  it('keeps a frozen copy of metadata (B14)', () => {
    const metadata = { user: { name: 'ann' } };
    const scene = new Scene();
    const client = scene.connect({ connect: () => ({ metadata }) });

    metadata.user.name = 'eve';

    const kept = scene.manager.getConnectionMetadata(client.pid)?.metadata;
    expect(kept).toEqual({ user: { name: 'ann' } });
    expect(Object.isFrozen(kept?.user)).toBe(true);
  });

  it('gives the token to the hook, and to nobody else (CP3)', () => {
    const seen: unknown[] = [];
    const scene = new Scene();
    const protocols = bearer('secret-token');
    const connect = (offered: unknown) => {
      seen.push(offered);
      return {};
    };

    const client = scene.connect({ protocols, connect });
    scene.connect({ connect });

    expect(seen).toEqual([{ token: 'secret-token' }, {}]);
    const shown = JSON.stringify([
      ...[client.texts, scene.events, scene.hub.connections()],
      scene.manager.getConnectionMetadata(client.pid),
    ]);
    expect(shown).not.toContain('secret');
    expect(shown).not.toContain(protocols.slice(-10));
  });

  it('asks nobody about a client that it cannot speak to, or a name that is none (CP3)', () => {
    const scene = new Scene();
    const connect = () => {
      throw new Error('asked');
    };

    const outcomes = [
      { protocols: 'rx-process.v2' },
      { protocols: 'rx-process.bearer.!' },
      { channel: 'x'.repeat(256) },
      { channel: 'a\u0007' },
    ].map((asked) => scene.ask({ connect, ...asked }).outcome);

    expect(outcomes).toEqual([
      { status: 400, body: 'Unsupported subprotocol' },
      { status: 400, body: 'Invalid token' },
      { status: 400, body: 'Invalid channel' },
      { status: 400, body: 'Invalid channel' },
    ]);
  });

  it.each([
    { answer: false, status: 403, body: 'Not authorized for channel: a' },
    { answer: { refused: 'banned', message: 'Go' }, status: 403, body: 'Go' },
    { answer: { refused: 'expired' }, status: 401, body: 'Not authorized for channel: a' },
    { answer: undefined, status: 503, body: 'Internal error' },
  ])('answers $status where the channel of the path is refused by $answer (B15)', (row) => {
    const { answer, status, body } = row;
    const scene = new Scene({ channels: [channel('a', { join: () => answer as JoinAnswer })] });

    expect(scene.ask({ channel: 'a' }).outcome).toEqual({ status, body });
    expect(scene.held).toEqual(NONE);
  });

  it('answers 404 where there is no such channel, 403 for a private one, 503 when late (B15)', () => {
    const late = channel('late', { join: () => new Promise(() => undefined) });
    const channels = [channel('secret', { isPrivate: true }), late];
    const scene = new Scene({ channels, implicitChannels: false });

    const asked = ['nowhere', 'secret', 'late'].map((name) => scene.ask({ channel: name }));
    scene.system.advance('5s');

    expect(asked.map(({ outcome }) => outcome)).toMatchObject([
      { status: 404, body: 'Unknown channel: nowhere' },
      { status: 403, body: 'Not authorized for channel: secret' },
      { status: 503, body: 'The join hook has not answered in time' },
    ]);
  });

  it.each([
    { answer: false, status: 403 },
    { answer: { refused: 'expired' }, status: 401 },
    { answer: { refused: 'rate_limited' }, status: 429 },
    { answer: { refused: 'unknown_channel' }, status: 404 },
    { answer: { refused: 'of_ours', message: 'Not today' }, status: 403 },
    { answer: { refused: 'crashed' }, status: 503 },
    { answer: 'no answer', status: 503 },
  ])('answers $status where the join hook says $answer (B15)', ({ answer, status }) => {
    const scene = new Scene({ channels: [channel('a', { join: () => answer as JoinAnswer })] });

    expect(scene.ask({ channel: 'a' }).outcome).toMatchObject({ status });
    expect(scene.held).toEqual(NONE);
  });

  it('forgets a client that goes while a hook is asked, and asks no further one (B14)', () => {
    const [who, may] = [new Subject<object>(), new Subject<JoinAnswer>()];
    let joins = 0;
    const join = (): Observable<JoinAnswer> => {
      joins++;
      return may;
    };
    const scene = new Scene({ channels: [channel('a', { join })] });

    const first = scene.ask({ channel: 'a', connect: () => who });
    first.leave();
    who.next({});
    const second = scene.ask({ channel: 'a' });
    second.leave();
    may.next(true);
    scene.system.advance('1m');

    expect([first.outcome, second.outcome, joins]).toEqual([undefined, undefined, 1]);
    expect([who.observed, may.observed]).toEqual([false, false]);
    expect([scene.held, scene.events]).toEqual([NONE, []]);
  });
});
