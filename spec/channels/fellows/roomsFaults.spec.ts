import { describe, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { accept, type ChannelBehavior, room } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { ofTopic } from '../../../lib/index.js';
import { chatOf, LOST, SOON } from './chat.js';

/** Ann on `a`, where the process is, Bob on `b` and Cleo on `c`. */
function three(options?: Parameters<typeof chatOf>[1]) {
  const all = chatOf(['a', 'b', 'c'], options);
  const { a, b, c, join, log } = all;
  const [ann, bob, cleo] = [join(a, 'ann'), join(b, 'bob'), join(c, 'cleo')];
  log.length = 0;
  return { ...all, ann, bob, cleo };
}

describe('a process of a channel that crashes', () => {
  it('is restarted at its home, and told of the members of all nodes, those of its own first (CN26)', () => {
    const { log, ann, bob, cleo, processes } = three();
    expect(bob.say('boom')).toEqual(['#2 crashed']);

    expect(log).toEqual(['ann joined again', 'bob joined again', 'cleo joined again']);
    expect(processes()).toEqual(['a']);
    expect(cleo.say('say', 1)).toEqual(['said 1']);
    expect([ann.news(), bob.news()]).toEqual([['said 1'], ['said 1']]);
  });

  it('has answered nobody who waits, on any node (CN26, B25)', () => {
    const { bob, cleo, advance } = three();
    bob.say('nothing');
    cleo.say('boom');
    advance(SOON);

    expect(bob.news()).toEqual(['#2 crashed']);
  });

  it('crashes too often: all members of all nodes are out (CN26, B25)', () => {
    const { log, ann, bob, cleo, advance, processes, warnings } = three();
    const told = [1, 2, 3, 4].map(() => bob.say('boom')).at(-1);

    expect(told).toEqual(['#5 crashed', 'rx:unsubscribed crashed true']);
    for (const each of [ann, cleo]) {
      expect(each.news().at(-1)).toBe('rx:unsubscribed crashed true');
    }
    expect(processes()).toEqual([]);
    expect(warnings[0]).toEqual(['channel_restarts']);
    log.length = 0;
    cleo.client.subscribe('chat');
    advance(SOON);
    expect(log).toEqual(['cleo joined']);
  });

  it('ends by itself: whom it knew is out, on all nodes (CN26, B25)', () => {
    const { ann, bob, cleo } = three();
    bob.say('end');

    for (const each of [ann, cleo]) expect(each.news()).toEqual(['rx:unsubscribed closed false']);
  });
});

describe('a home of a channel that is lost', () => {
  it('has another one on another node, which is told of all who are left (CN27)', () => {
    const { log, bob, cleo, nats, advance, processes } = three();
    nats.kill('a');
    advance(LOST);

    expect([...log].sort()).toEqual(['bob joined again', 'cleo joined again']);
    expect(processes().filter((node) => node !== 'a')).toHaveLength(1);
    expect([...bob.news(), ...cleo.news()]).toEqual([]);
    expect(bob.say('say', 1)).toEqual(['said 1']);
    expect(cleo.news()).toEqual(['said 1']);
  });

  it('has not answered what it was asked; what it is asked while it is sought is `crashed` (CN27, B25)', () => {
    const { log, b, bob, nats, advance, join } = three();
    nats.kill('a');
    expect(bob.say('nothing')).toEqual([]);
    while (bob.news().length === 0) advance(50);

    expect(bob.client.frames.at(-1)?.error?.code).toBe('crashed');
    const { error } = bob.ask('ok') ?? {};
    expect(error).toMatchObject({ code: 'crashed', retry: true, after: 1_000 });
    join(b, 'dora');
    expect(log).toEqual([]);
    advance(LOST);
    expect([...log].sort()).toEqual(['bob joined again', 'cleo joined again', 'dora joined']);
  });

  it('has joins wait that its process is to decide on (CN27, B24)', () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        map((message) => accept(message, { state: 'in' })),
      );
    const { b, bob, nats, advance } = three({ behavior, admit: 'behavior' });
    nats.kill('a');
    bob.say('any');
    while (bob.news().length === 0) advance(50);
    const dora = b.connect({ identity: 'dora' });
    const ref = dora.subscribe('chat');
    dora.refuteReply(ref);
    advance(LOST);

    dora.assertReply(ref, { ok: true }, expect.objectContaining({ state: 'in' }));
  });

  it('has lost its name: its process is stopped, and its members are told of to the one that has it (CN27)', () => {
    const { log, ann, bob, cleo, nats, advance, processes } = three();
    nats.cut('a');
    advance(LOST);
    expect([...log].sort()).toEqual(['bob joined again', 'cleo joined again']);
    expect(processes()).toHaveLength(2);
    log.length = 0;
    nats.heal();
    advance(40_000);

    expect(log).toEqual(['ann joined again']);
    expect(processes()).toHaveLength(1);
    expect(processes()).not.toEqual(['a']);
    expect([...ann.news(), ...bob.news(), ...cleo.news()]).toEqual([]);
    expect(ann.say('ok', 1)).toEqual(['#2 1', 'said 1']);
  });

  it('is looked for by who joins later, on a node that had nobody left (CN27)', () => {
    const { log, b, bob, nats, advance, join } = three();
    bob.client.unsubscribe('chat');
    nats.kill('a');
    advance(LOST);
    log.length = 0;
    const dora = join(b, 'dora');

    expect(log).toEqual(['dora joined']);
    expect(dora.say('ok', 1)).toEqual(['#2 1', 'said 1']);
  });

  it('is drained: its clients are closed, those of other nodes hear nothing (CN27)', async () => {
    const { log, a, ann, bob, cleo, advance } = three();
    const over = a.system.shutdown({ timeout: '1m' });
    for (let i = 0; i < 20; i++) {
      advance(100);
      await Promise.resolve();
    }
    await over;

    expect(ann.client.closed?.code).toBe(1001);
    expect([...log].sort()).toEqual([
      expect.stringMatching(/^ann left: server shutting down/),
      'bob joined again',
      'cleo joined again',
    ]);
    expect([...bob.news(), ...cleo.news()]).toEqual([]);
  });
});

describe('a node of members that is lost', () => {
  it('has each of them leave with `node lost` (CN28)', () => {
    const { log, c, join, cleo, nats, advance, waiting, a } = three();
    join(c, 'dora');
    cleo.say('nothing');
    log.length = 0;
    nats.kill('c');
    advance(LOST);

    expect(log).toEqual(['cleo left: node lost', 'dora left: node lost']);
    expect(waiting(a)).toBe(0);
  });

  it('takes back what they have asked (CN28)', () => {
    const behavior: ChannelBehavior = (inbox) => inbox.pipe(map(() => {}));
    const { a, b, nats, advance } = chatOf(['a', 'b'], { behavior, admit: 'behavior' });
    a.manager[insideOf].broker.fellows?.ready('chat', () => {});
    advance(SOON);
    b.connect().subscribe('chat');
    advance(SOON);
    const joins = () => a.manager[insideOf].rooms.find('chat')?.joins.size;
    expect(joins()).toBe(1);
    nats.kill('b');
    advance(3_000);

    expect(joins()).toBe(0);
  });

  it('has them back, as members whom the process knew, when the link is back (CN28)', () => {
    const { log, bob, nats, advance } = three();
    nats.cut('b');
    advance(LOST);
    expect(log).toEqual(['bob left: node lost']);
    nats.heal();
    advance(LOST);

    expect(log.slice(1)).toEqual(['bob joined again']);
    expect(bob.say('ok', 1)).toEqual(['#2 1', 'said 1']);
  });
});

describe('a channel that is deleted', () => {
  it('is so on all nodes, with its process; who joins then has a new one (CN26, B28)', () => {
    const { log, c, ann, bob, cleo, join, advance } = three();
    bob.say('nothing');
    expect(c.manager.channels.deleteChannel('chat')).toBe(true);
    advance(SOON);

    for (const each of [ann, cleo]) expect(each.news()).toEqual(['rx:unsubscribed deleted false']);
    expect(bob.news()).toEqual(['rx:unsubscribed deleted false', '#2 crashed']);
    expect(log).toEqual([]);
    join(c, 'dora');
    expect(log).toEqual(['dora joined']);
  });
});
