import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { channel, type JoinAnswer } from '../../../lib/channels/index.js';
import { collect } from '../../support/runtime.js';
import { Scene } from '../scene.js';

const at = (name: string) => ({ channel: name });
const say = (payload: unknown, name = 'a') => ({ type: 'json', payload, channel: name });

/** Channels whose hook is answered by hand, in the order in which it was asked. */
function later() {
  const answers: Subject<JoinAnswer>[] = [];
  const join = () => {
    const answer = new Subject<JoinAnswer>();
    answers.push(answer);
    return answer;
  };
  const scene = new Scene({ channels: [channel('a', { join }), channel('slow:*', { join })] });
  const client = scene.connect();
  client.texts;
  const messages = collect(scene.manager.messages$, ({ payload }) => payload);
  const answer = (which: number, value: JoinAnswer): void => {
    answers[which]?.next(value);
    scene.system.flush();
  };
  return { answers, answer, client, messages, scene };
}

describe('the lane of a channel', () => {
  it('keeps subscribe, unsubscribe and subscribe in order while a hook is pending (B16)', () => {
    const { answers, answer, client, scene } = later();

    client.command('subscribe', at('a'), 1).command('unsubscribe', at('a'), 2);
    client.command('subscribe', at('a'), 3);
    expect(answers).toHaveLength(1);
    answer(0, true);
    expect(client.brief).toEqual([
      '1 ok Subscribed to channel: a',
      '2 ok Unsubscribed from channel: a',
    ]);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
    answer(1, true);

    expect(client.brief).toEqual(['3 ok Subscribed to channel: a']);
    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
  });

  it('has messages wait for commands, and commands not for messages (B16)', () => {
    const { answer, client, messages } = later();

    client.command('subscribe', at('a'), 1);
    client.sends(
      say('behind', 'a'),
      { ...say('asked'), id: 2 },
      { type: 'json', payload: 'other' },
    );
    client.command('unsubscribe', at('a'), 3);
    expect(messages).toEqual(['other']);
    answer(0, true);

    expect(messages).toEqual(['other', 'behind', 'asked']);
    // What was asked is not answered yet.
    expect(client.brief).toEqual([
      '1 ok Subscribed to channel: a',
      '3 ok Unsubscribed from channel: a',
    ]);
  });

  it('gives nothing to a channel whose join is refused (B15)', () => {
    const { answer, client, messages } = later();

    client.command('subscribe', at('a'), 1);
    client.sends(say('behind'), { ...say('asked'), id: 2 });
    answer(0, false);

    expect(messages).toEqual([]);
    expect(client.brief).toEqual(['1 no denied', 'not_subscribed', '2 no not_subscribed']);
  });

  it('does not hold up other channels, or other clients (B16)', () => {
    const { client, messages, scene } = later();
    const other = scene.connect();

    client.command('subscribe', at('a')).command('subscribe', at('b'), 1);
    client.sends(say(1, 'b'));
    other.command('subscribe', at('b')).sends(say(2, 'b'));

    expect(messages).toEqual([1, 2]);
    expect(client.brief).toEqual(['1 ok Subscribed to channel: b']);
  });

  it('is given up at the end of its client (B16)', () => {
    const { answers, client, messages, scene } = later();

    client.command('subscribe', at('a')).command('subscribe', at('a')).sends(say('behind'));
    client.leaves();
    scene.system.advance('1m');

    expect(answers.map(({ observed }) => observed)).toEqual([false]);
    expect(messages).toEqual([]);
    expect(scene.events).toEqual([]);
  });

  it('lets 64 messages wait in all lanes of a client, then tells overloaded, or drops (B16)', () => {
    const { answer, client, messages, scene } = later();
    const { pending } = readLimits();

    client.command('subscribe', at('a')).command('subscribe', at('slow:1'));
    for (let i = 0; i < pending - 1; i++) client.sends(say(i));
    client.sends(say('last', 'slow:1'), say('too many'), { ...say('too many'), id: 1 });
    client.command('unsubscribe', at('a'));

    expect(client.frames).toMatchObject([
      { error: { code: 'overloaded', retry: true, after: 1_000 } },
      { id: 1, error: { code: 'overloaded' } },
      { error: { code: 'overloaded' }, payload: 'Too many requests at once' },
    ]);
    expect(scene.events).toEqual(['drop overflow']);
    answer(1, true);
    answer(0, true);
    expect(messages).toHaveLength(64);
    client.sends(say('again'));
    expect(messages).toHaveLength(65);
  });

  it('lets no more than 1 MiB of text wait beside one message, however large', () => {
    const { client } = later();
    const large = 'x'.repeat(1024 * 1024);

    client.command('subscribe', at('a'));
    client.sends(say(large), say('small'));
    expect(client.brief).toEqual(['overloaded']);
    client.command('unsubscribe', at('a'), 1);

    expect(client.brief).toEqual(['1 no overloaded']);
  });

  it('tells the page of a command that finds no room, and not of a message (CP10)', () => {
    const { scene } = later();
    const client = scene.connectPlain();
    client.texts;

    client.command('subscribe', at('a'));
    for (let i = 0; i < 65; i++) client.sends(say(i));
    client.command('unsubscribe', at('a'));

    expect(client.brief).toEqual(['Too many requests at once']);
  });

  it('lets 16 joins of a client wait for their answer (B15)', () => {
    const { answer, client } = later();
    const { pendingJoins } = readLimits();

    for (let i = 1; i <= pendingJoins + 1; i++) client.command('subscribe', at(`slow:${i}`), i);
    expect(client.frames).toMatchObject([{ id: 17, error: { code: 'overloaded', after: 1_000 } }]);
    answer(0, true);
    client.command('subscribe', at('slow:17'), 18);

    expect(pendingJoins).toBe(16);
    expect(client.brief).toEqual(['1 ok Subscribed to channel: slow:1']);
  });

  it('counts the channels of a client also where hooks answer late (B15)', () => {
    const { answer, client, scene } = later();
    const { channels } = readLimits();

    for (let i = 0; i < channels - 1; i++) client.command('subscribe', at(`quick:${i}`));
    client.command('subscribe', at('slow:1'), 1).command('subscribe', at('slow:2'), 2);
    client.texts;
    answer(0, true);
    answer(1, true);

    expect(channels).toBe(128);
    expect(client.brief).toEqual(['1 ok Subscribed to channel: slow:1', '2 no limit']);
    expect(scene.manager.channels.getSubscribedChannels(client.pid)).toHaveLength(128);
    client.command('subscribe', at('slow:1'), 3);
    answer(2, true);
    expect(client.brief).toEqual(['3 ok Subscribed to channel: slow:1']);
  });

  it('bounds the channels that clients have made, which ends with the channel (B15)', () => {
    const scene = new Scene({ limits: { clientChannels: 2 } });
    const client = scene.connect();
    client.texts;
    scene.manager.channels.createChannel(channel('made'));

    for (const name of ['made', 'a', 'b', 'c']) client.command('subscribe', at(name));
    expect(scene.ask({ channel: 'c' }).outcome).toEqual({ status: 403, body: 'Too many channels' });
    scene.manager.channels.deleteChannel('a');
    client.command('subscribe', at('c'), 1);

    expect(readLimits().clientChannels).toBe(100_000);
    expect(client.brief).toEqual([
      'Subscribed to channel: made',
      'Subscribed to channel: a',
      'Subscribed to channel: b',
      'limit',
      'rx:unsubscribed in a',
      '1 ok Subscribed to channel: c',
    ]);
  });

  it('lets a channel of clients that all have left make place for another (2.5)', () => {
    const scene = new Scene({ limits: { clientChannels: 2 } });
    const client = scene.connect();
    for (const name of ['a', 'b']) {
      client.command('subscribe', at(name)).command('unsubscribe', at(name));
    }
    // Needed again, by a client and by the server.
    client.command('subscribe', at('a'));
    scene.manager.channels.createChannel(channel('b'));

    client.command('subscribe', at('c'), 1).texts;
    expect(scene.manager.channels.listChannels()).toEqual(['a', 'b']);

    client.leaves();
    for (const name of ['c', 'd', 'e']) scene.connect().command('subscribe', at(name)).leaves();
    expect(scene.manager.channels.listChannels()).toEqual(['b', 'e']);
  });
});
