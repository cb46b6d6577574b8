import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, mergeMap, tap } from 'rxjs';
import { ws } from '../../lib/express/index.js';
import { type Behavior, exit, ofTopic, type SystemEvent, send } from '../../lib/index.js';
import { ConnectionError } from '../../lib/relay/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import {
  cleanUp,
  deferred,
  frame,
  handshake,
  open,
  Raw,
  serve,
  within,
} from '../express/support.js';
import { brief, collect, settled } from '../support/runtime.js';
import { exitOf, relayTo, scene, shown } from './scene.js';

afterEach(cleanUp);

describe('a connection as a process', () => {
  it('has a PID under the host of its relay, and hears what is sent to its name (L1, O1)', async () => {
    const { system, client, pid } = await scene({ host: 'front' });
    system.names.register('ann', pid);
    system.send('ann', ws.send, { data: 'hello' });

    expect(pid).toMatch(/^\{front\|0x/);
    expect(await client.next()).toBe('hello');
  });

  it('is gone for a monitor, and its name is free, once its EXIT is there (Y1, N5, N2)', async () => {
    const { system, client, pid, exit } = await scene();
    system.names.register('ann', pid);
    const atExit = deferred<unknown[]>();
    system.monitor(pid).subscribe(() => {
      atExit.resolve([system.names.lookup('ann'), system.send(pid, 'x')]);
    });
    client.socket.close();

    expect(await within(atExit.promise, 'the exit')).toEqual([undefined, false]);
    await exit;
    expect((await exitOf(system, pid)).reason).toEqual({ type: 'noproc' });
  });

  it('takes a linker that does not trap down with its error, and only then (Y1, K7)', async () => {
    const clean = await scene();
    const linked = probe(clean.system);
    linked.self.link(clean.pid);
    await settled(clean.system);
    clean.client.socket.close(1000);
    await clean.exit;
    await settled(clean.system);
    expect(clean.system.processes().map(({ pid }) => pid)).toContain(linked.pid);

    const dirty = await scene();
    const doomed = probe(dirty.system);
    doomed.self.link(dirty.pid);
    await settled(dirty.system);
    const end = exitOf(dirty.system, doomed.pid);
    dirty.client.socket.terminate();
    expect((await end).reason).toEqual((await dirty.exit).reason);
    expect((await end).result.error).toBeInstanceOf(ConnectionError);
  });

  it('is LINK_DOWN for a linker that traps (Y1, K6)', async () => {
    const { system, client, pid } = await scene();
    const trapper = probe(system);
    trapper.self.setOptions({ trapLinks: true });
    const downs = collect(trapper.self.signals$, (signal) => [signal.kind, signal.from]);
    trapper.self.link(pid);
    await settled(system);
    const ended = exitOf(system, pid);
    client.socket.terminate();
    await ended;
    await settled(system);

    expect(downs).toEqual([['pid.link.down', pid]]);
    system.terminate(trapper.pid);
  });

  it('shows its leave before its EXIT to a target that monitors it (Y2)', async () => {
    const log: string[] = [];
    const ended = deferred();
    const watcher: Behavior = (inbox, self) => {
      const exit$ = inbox.pipe(
        ofTopic(ws.join),
        mergeMap(({ payload }) => self.monitor(payload.client_pid)),
      );
      return merge(inbox, exit$).pipe(
        tap((event) => {
          log.push('topic' in event ? event.topic : event.kind);
          if ('kind' in event) ended.resolve();
        }),
        ignoreElements(),
      );
    };
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(watcher);
    const client = await open(running.port, '/ws');
    client.socket.send('hi');
    client.socket.close();
    await within(ended.promise, 'the EXIT');

    expect(log).toEqual(['ws.join', 'ws.message', 'ws.leave', 'pid.exit']);
  });

  it('lives while it closes: found, taking and dropping what is sent (Y3)', async () => {
    const running = await serve({
      relay: { closeTimeout: 100 },
      routes: relayTo(() => target.pid),
    });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const pid = payload.client_pid;
    system.names.register('ann', pid);
    const drops: SystemEvent[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'drop') drops.push(event);
    });
    const ended = exitOf(system, pid);
    system.cancel(pid);
    await raw.until(/cancelled/);

    expect(system.names.lookup('ann')).toBe(pid);
    expect(system.send(pid, ws.send, { data: 'late' })).toBe(true);
    expect(system.send(pid, ws.close, { code: 4000 })).toBe(true);
    raw.write(frame('late, too'));
    expect(shown(await ended)).toBe('normal 1001 cancelled');
    expect(drops.every((drop) => 'pid' in drop && drop.pid === pid)).toBe(true);
    expect(drops.reduce((sum, drop) => sum + ('count' in drop ? drop.count : 0), 0)).toBe(3);
    expect(raw.text).not.toContain('late');
    expect(target.messages.map(({ topic }) => topic)).toEqual(['ws.join', 'ws.leave']);
  });

  it('starts closing on an exit signal, but for kill (Y3, E2)', async () => {
    const one = await scene();
    one.system.exit(one.pid, new Error('out'));
    expect((await within(one.client.closed, 'the close')).code).toBe(1011);
    expect(brief((await one.exit).reason)).toBe('error out');

    const two = await scene();
    two.system.exit(two.pid, 'normal');
    await settled(two.system);
    two.target.self.send(two.pid, ws.send, { data: 'alive' });
    expect(await two.client.next()).toBe('alive');
    two.system.exit(two.pid, 'kill');
    expect((await within(two.client.closed, 'the end')).code).toBe(1006);
    expect((await two.target.expect(ws.leave)).payload.reason).toBe('terminated');
  });

  it('brings last words out before the close of who said them (W3)', async () => {
    const lastWords: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        mergeMap(({ payload: { client_pid: client } }) => [
          send(client, ws.send, { data: 'one' }),
          send(client, ws.send, { data: 'two' }),
          send(client, ws.close, { code: 4000, reason: 'done' }),
          exit(new Error('and dead')),
        ]),
      );
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(lastWords);
    const client = await open(running.port, '/ws');

    expect(await client.ask('go')).toBe('one');
    expect(await client.next()).toBe('two');
    expect(await within(client.closed, 'the close')).toEqual({ code: 4000, reason: 'done' });
  });

  it('brings last words out also when their sender only exits (W3, d)', async () => {
    const lastWords: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        mergeMap(({ payload }) => [
          send(payload.client_pid, ws.send, { data: 'bye' }),
          exit('normal'),
        ]),
      );
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(lastWords);
    const client = await open(running.port, '/ws');

    expect(await client.ask('go')).toBe('bye');
    expect((await within(client.closed, 'the close')).code).toBe(1000);
  });

  it('processes bytes that came with the handshake after the join, in order (L2)', async () => {
    const running = await serve({ routes: relayTo(() => target.pid) });
    const target = probe(running.system);
    const raw = new Raw(running.port);
    raw.write(Buffer.concat([Buffer.from(handshake('/ws')), frame('a'), frame('b'), frame('c')]));
    await target.expect(ws.join);
    for (const data of ['a', 'b', 'c']) {
      expect((await target.expect(ws.message)).payload.data).toBe(data);
    }
    expect(target.messages[0]?.topic).toBe('ws.join');
  });
});
