import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER, of, tap } from 'rxjs';
import { type Sent, ws } from '../../lib/express/index.js';
import { broadcast, ofTopic, type Pid, type System } from '../../lib/index.js';
import { type Probe, probe } from '../../lib/testing/live/probe.js';
import { cleanUp, deferred, open, within } from '../express/support.js';
import { collect, settled } from '../support/runtime.js';
import { type Scene, scene } from './scene.js';

afterEach(cleanUp);

/** What a process has been told of its frames, in order. */
const answers = ({ messages }: Probe): string[] =>
  messages.flatMap(({ topic, payload }) =>
    topic === ws.sent ? [`${(payload as Sent).ref} ${(payload as Sent).outcome}`] : [],
  );

/** Waits until a process has been told so often, and no more. */
async function told(asker: Probe, system: System, count: number): Promise<string[]> {
  while (answers(asker).length < count) await asker.expect(ws.sent);
  await settled(system);
  return answers(asker);
}

/** A connection, and another process that sends to it. */
async function asking(): Promise<Scene & { asker: Probe; ask: (...refs: unknown[]) => void }> {
  const at = await scene();
  const asker = probe(at.system);
  const ask = (...refs: unknown[]): void => {
    for (const ack of refs) asker.self.send(at.pid, ws.send, { data: `${ack}`, ack });
  };
  return { ...at, asker, ask };
}

describe('a ws.send with an ack (W9)', () => {
  it('is answered with the very value, by the connection, when its frame has left', async () => {
    const { asker, client, pid, system } = await asking();
    const ack = { any: ['value'] };
    asker.self.send(pid, ws.send, { data: 'hi', ack });
    const { payload, from } = await asker.expect(ws.sent);

    expect(from).toBe(pid);
    expect(payload).toEqual({ client_pid: pid, ref: ack, outcome: 'sent' });
    expect(payload.ref).toBe(ack);
    expect(await client.next()).toBe('hi');
    await settled(system);
    expect(answers(asker)).toHaveLength(1);
  });

  it('is answered in order, one for each, in a turn with frames that ask for none', async () => {
    const { asker, ask, client, pid, system } = await asking();
    ask(1, 2);
    asker.self.send(pid, ws.send, { data: 'plain' });
    ask(3);

    expect(await told(asker, system, 3)).toEqual(['1 sent', '2 sent', '3 sent']);
    expect([await client.next(), await client.next(), await client.next()]).toEqual([
      '1',
      '2',
      'plain',
    ]);
  });

  it('is sent before a close that follows it', async () => {
    const { asker, ask, pid, system, exit } = await asking();
    ask('last words');
    asker.self.send(pid, ws.close, { code: 4000 });
    await exit;

    expect(await told(asker, system, 1)).toEqual(['last words sent']);
  });

  it.each<{ what: string; end: (system: System, pid: Pid, at: Scene) => void }>([
    { what: 'is closing', end: (system, pid) => void system.cancel(pid) },
    { what: 'is terminated', end: (system, pid) => void system.terminate(pid) },
    { what: 'is lost', end: (_, __, { client }) => client.socket.terminate() },
  ])('is dropped where the connection $what, also after its end', async ({ end }) => {
    const at = await asking();
    const { asker, ask, pid, system, exit } = at;
    end(system, pid, at);
    for (let n = 0; n < 3; n++) {
      await settled(system);
      ask(n);
    }
    await exit;
    ask('after');
    const outcomes = await told(asker, system, 4);

    expect(outcomes.map((each) => each.split(' ')[0])).toEqual(['0', '1', '2', 'after']);
    expect(outcomes.at(-1)).toBe('after dropped');
  });

  it('is dropped where it stands before the kill of its connection in one turn', async () => {
    const { asker, ask, pid, system, exit } = await asking();
    ask('a');
    system.exit(pid, 'kill');
    ask('b');
    await exit;

    expect(await told(asker, system, 2)).toEqual(['a dropped', 'b dropped']);
  });

  it('is dropped where nobody has the name or the PID', async () => {
    const { asker, system } = await asking();
    const nobody = ['ann', '{relay|0xfffff}'];
    for (const to of nobody) asker.self.send(to, ws.send, { data: '', ack: to });

    expect(await told(asker, system, 2)).toEqual(nobody.map((to) => `${to} dropped`));
  });

  it('comes from each member of a group', async () => {
    const { system, pid, port, target } = await scene();
    await open(port, '/ws');
    const other = (await target.expect(ws.join)).payload.client_pid;
    for (const member of [pid, other]) system.groups.join('all', member);
    const told: unknown[] = [];
    const both = deferred();
    system.spawn((inbox) => {
      const sent$ = inbox.pipe(
        ofTopic(ws.sent),
        tap(({ payload }) => {
          if (told.push([payload.client_pid, payload.outcome]) === 2) both.resolve();
        }),
        ignoreElements(),
      );
      return merge(sent$, of(broadcast('all', ws.send, { data: 'x', ack: 1 })));
    });
    await within(both.promise, 'both');

    expect(told).toEqual([
      [pid, 'sent'],
      [other, 'sent'],
    ]);
  });

  it('is answered also where the mailbox of the asker is full, and the answer takes no room (M11)', async () => {
    const { system, pid, client } = await scene();
    const other = probe(system);
    const asker = system.spawn((_, self) => {
      for (let n = 0; n < 3; n++) self.send(pid, ws.send, { data: `${n}`, ack: n });
      return NEVER;
    });
    await settled(system);
    for (let n = 0; n < 10_000; n++) other.self.send(asker, 'x');
    expect(other.self.send(asker, 'x')).toBe(false);
    for (let n = 0; n < 3; n++) await client.next();
    await settled(system);

    expect(system.info(asker)?.depth).toBe(10_003);
  });

  it('tells nobody where the asker has ended, without a dead letter', async () => {
    const { asker, ask, client, pid, system } = await asking();
    const letters = collect(system.events$, ({ type }) => type);
    ask('x');
    system.terminate(asker.pid);
    expect(await client.next()).toBe('x');
    system.terminate(pid);
    await settled(system);

    expect(letters).not.toContain('deadLetter');
  });

  it('from outside is sent, with a warning', async () => {
    const { client, pid, system, warnings } = await asking();
    system.send(pid, ws.send, { data: 'hi', ack: 1 });

    expect(await client.next()).toBe('hi');
    expect(warnings.map(({ code }) => code)).toEqual(['ws.send']);
  });
});
