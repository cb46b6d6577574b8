import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { channel, type JoinRequest } from '../../../lib/channels/index.js';
import { Scene } from '../scene.js';

const MINUTE = 60_000;
const admits = (answer: object) => () => answer;

/** A client of v1 that may stay a minute, and whose `refresh` hook says this. */
function visitor(refresh?: (connection: object, token: string) => unknown, scene = new Scene()) {
  const connect = admits({ identity: 'ann', expiresIn: '1m', metadata: { role: 'user' } });
  const client = scene.connect({ connect, refresh });
  return { client, scene };
}

describe('the time of a connection', () => {
  it('is in the welcome, and its end is 4401 (B32, CP20)', () => {
    const { client, scene } = visitor();

    expect(client.frames[0]?.hello.expires_in).toBe(MINUTE);
    scene.system.advance('59s');
    expect(client.closing).toBeUndefined();
    scene.system.advance('1s');

    expect(client.closing).toBe('4401 authorization expired');
  });

  it('is extended by a refresh, which the hook is asked by connection and token (B32)', () => {
    const seen: unknown[] = [];
    const { client, scene } = visitor((connection, token) => {
      seen.push(connection, token);
      return { identity: 'ann', expiresIn: '2m', metadata: { role: 'admin' } };
    });
    scene.system.advance('59s');
    client.texts;

    client.command('refresh', { token: 'new' }, 1);
    expect(client.frames).toEqual([
      { id: 1, ok: true, result: { expires_in: 2 * MINUTE }, type: 'system', payload: 'Refreshed' },
    ]);
    scene.system.advance('119s');
    expect(client.closing).toBeUndefined();

    const connection = scene.manager.getConnectionMetadata(client.pid);
    expect(seen).toEqual([connection, 'new']);
    expect(connection?.metadata).toEqual({ role: 'admin' });
    scene.system.advance('1s');
    expect(client.closing).toBe('4401 authorization expired');
  });

  it('has no end where the hook gives none (B32)', () => {
    const { client, scene } = visitor(admits({}));
    client.texts;

    client.command('refresh', { token: 'new' }, 1);
    scene.system.advance('10m');

    expect(client.frames[0]).toMatchObject({ id: 1, result: {} });
    expect(client.closing).toBeUndefined();
  });

  it.each([
    { what: 'declines', refresh: admits({ status: 401, body: 'Old' }), as: 'denied' },
    { what: 'says nothing', refresh: admits(undefined as never), as: 'internal' },
    { what: 'has a slip', refresh: admits({ expires: '1m' }), as: 'internal' },
    {
      what: 'throws',
      refresh: () => {
        throw 'x';
      },
      as: 'internal',
    },
  ])('is as before where the hook $what (B32)', ({ refresh, as }) => {
    const { client, scene } = visitor(refresh);
    client.texts;

    client.command('refresh', { token: 'new' }, 1);
    expect(client.brief).toEqual([`1 no ${as}`]);
    expect(scene.events).toHaveLength(as === 'internal' ? 1 : 0);
    scene.system.advance('1m');

    expect(client.closing).toBe('4401 authorization expired');
  });

  it('ends with 4403 for the token of somebody else (B32)', () => {
    const { client, scene } = visitor(admits({ identity: 'eve' }));
    client.command('subscribe', { channel: 'a' }).texts;

    client.command('refresh', { token: 'new' }, 1);

    expect(client.brief).toEqual(['1 no denied']);
    expect(client.closing).toBe('4403 another identity');
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('is not available without a hook, and wants a token (B32, CP13)', () => {
    const { client } = visitor();
    client.texts;

    client.command('refresh', { token: 'new' }, 1).command('refresh', {}, 2);
    client.command('refresh', { token: 'x'.repeat(8_193) }, 3);
    client.command('refresh', { token: 'new', channel: 5 }, 4);

    expect(client.brief).toEqual([
      ...['1 no not_available', '2 no bad_request', '3 no bad_request', '4 no bad_request'],
    ]);
  });

  it('asks the hook for one refresh after the other, for 5 s, and never for who has gone (B16)', () => {
    const answers: Subject<object>[] = [];
    const { client, scene } = visitor(() => {
      const answer = new Subject<object>();
      answers.push(answer);
      return answer;
    });
    client.texts;

    client.command('refresh', { token: 'a' }, 1).command('refresh', { token: 'b' }, 2);
    client.command('subscribe', { channel: 'a' }, 3);
    expect(answers).toHaveLength(1);
    scene.system.advance('5s');
    client.leaves();

    expect(client.brief).toEqual(['3 ok Subscribed to channel: a', '1 no timeout']);
    expect(answers.map(({ observed }) => observed)).toEqual([false, false]);
  });
});

describe('the time of a membership', () => {
  /** A channel whose members stay ten seconds, and what its hook was asked. */
  function timed() {
    const asked: JoinRequest[] = [];
    const answers: unknown[] = [];
    const join = (request: JoinRequest) => {
      asked.push(request);
      return (answers.shift() ?? { expiresIn: '10s' }) as object;
    };
    const scene = new Scene({ channels: [channel('a', { join })] });
    const { client } = visitor(admits({ expiresIn: '1m' }), scene);
    client.command('subscribe', { channel: 'a', params: { key: 1 } }).texts;
    return { asked, answers, client, scene };
  }

  it('is told at its end, and may be asked for again (B32)', () => {
    const { client, scene } = timed();

    scene.system.advance('10s');

    const payload = {
      event: 'rx:unsubscribed',
      data: { code: 'expired', message: 'The subscription has expired', retry: true },
    };
    expect(client.frames).toEqual([{ channel: 'a', type: 'event', payload }]);
    client.command('subscribe', { channel: 'a' }, 1);
    expect(client.frames[0]?.result).toEqual({ channel: 'a', expires_in: 10_000 });
  });

  it('begins anew when the connection is refreshed (B32)', () => {
    const { client, scene } = timed();

    scene.system.advance('9s');
    client.command('refresh', { token: 'new' }, 1).texts;
    scene.system.advance('9s');
    expect(client.texts).toEqual([]);
    scene.system.advance('1s');

    expect(client.brief).toEqual(['rx:unsubscribed in a']);
  });

  it('is as the join hook says of a token for this channel, with the params of the join (B32)', () => {
    const { answers, asked, client, scene } = timed();

    answers.push({ expiresIn: '1m' });
    client.command('refresh', { token: 'new', channel: 'a' }, 1);
    expect(client.frames).toMatchObject([{ id: 1, result: { expires_in: 60_000 } }]);
    scene.system.advance('30s');

    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
    expect(asked[1]).toMatchObject({ channel: 'a', token: 'new', params: { key: 1 } });
  });

  it('goes by the params of the last subscribe (CP14)', () => {
    const { answers, asked, client } = timed();

    answers.push({}, {});
    client.command('subscribe', { channel: 'a', params: { key: 2 } }, 1);
    client.command('refresh', { token: 'new', channel: 'a' }, 2);

    expect(asked.map(({ params }) => params)).toEqual([{ key: 1 }, { key: 2 }, { key: 2 }]);
  });

  it('ends where the hook refuses that token, and not where it fails (B32)', () => {
    const { answers, client, scene } = timed();

    answers.push('no answer', false);
    client.command('refresh', { token: 'new', channel: 'a' }, 1);
    expect(client.brief).toEqual(['1 no internal']);
    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
    client.command('refresh', { token: 'new', channel: 'a' }, 2);

    expect(client.brief).toEqual(['rx:unsubscribed in a', '2 no denied']);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
    client.command('refresh', { token: 'new', channel: 'a' }, 3);
    client.command('subscribe', { channel: 'b' }, 4);
    client.command('refresh', { token: 'new', channel: 'b' }, 5);
    expect(client.brief).toEqual([
      ...['3 no not_subscribed', '4 ok Subscribed to channel: b', '5 no not_available'],
    ]);
  });
});

describe('reauthorize', () => {
  it('asks the hooks again, with the params of each join, and ends what they refuse (B32)', async () => {
    const asked: unknown[] = [];
    const refused = new Set<string>();
    const join = ({ connection, params, channel }: JoinRequest) => {
      asked.push(params);
      return !refused.has(`${connection.identity} ${channel}`);
    };
    const scene = new Scene({ channels: [channel('*', { join })] });
    const [ann, bob] = ['ann', 'bob'].map((identity) => {
      const client = scene.connect({ connect: admits({ identity }) });
      client.command('subscribe', { channel: 'a', params: identity });
      client.command('subscribe', { channel: 'b' }).texts;
      return client;
    });
    asked.length = 0;
    refused.add('ann a').add('bob b');

    const ended = scene.manager.reauthorize((connection, name) => {
      return name === 'a' || connection.identity === 'ann';
    });
    scene.system.flush();

    expect(await ended).toBe(1);
    expect(asked).toEqual(['ann', 'bob', undefined]);
    expect(ann?.brief).toEqual(['rx:unsubscribed in a']);
    expect(bob?.brief).toEqual([]);
  });

  it('stands behind what a client asks, and ends no newer membership (B16)', async () => {
    const answers: Subject<boolean>[] = [];
    const join = () => {
      const answer = new Subject<boolean>();
      answers.push(answer);
      return answer;
    };
    const scene = new Scene({ channels: [channel('a', { join })] });
    const client = scene.connect();
    client.command('subscribe', { channel: 'a' });
    answers[0]?.next(true);

    const ended = scene.manager.reauthorize();
    client.command('unsubscribe', { channel: 'a' }).command('subscribe', { channel: 'a' });
    answers[1]?.next(false);
    answers[2]?.next(true);

    expect(await ended).toBe(1);
    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
  });

  it('is over when its clients have gone, or the hook is late (B32)', async () => {
    let hook: unknown = true;
    const scene = new Scene({ channels: [channel('a', { join: () => hook as boolean })] });
    const [ann, bob] = [scene.connect(), scene.connect()];
    for (const each of [ann, bob]) each.command('subscribe', { channel: 'a' });

    hook = new Subject();
    const ended = scene.manager.reauthorize();
    ann.leaves();
    scene.system.advance('5s');

    expect(await ended).toBe(0);
    expect(scene.manager.channels.getSubscribers('a')).toEqual([bob.pid]);
  });

  it('rejects where the predicate throws', async () => {
    const scene = new Scene();
    scene.connect().command('subscribe', { channel: 'a' });

    const ended = scene.manager.reauthorize(() => {
      throw new Error('x');
    });

    await expect(ended).rejects.toThrow('x');
  });
});
