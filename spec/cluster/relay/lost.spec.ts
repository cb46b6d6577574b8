import { describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, tap } from 'rxjs';
import type { Behavior, Self } from '../../../lib/index.js';
import { ofTopic } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { Hub } from '../../../lib/relay/index.js';
import { kernelOf, type Process } from '../../../lib/runtime/index.js';
import { config, connectTo, frame } from '../../relay/connected.js';
import { brief, idle, turns } from '../../support/runtime.js';
import { acts, listener, relayed, said } from './support.js';

/** Writes down what it reads, and the exits of the connections that have joined. */
const watcher =
  (log: unknown[]): Behavior =>
  (inbox, self) =>
    merge(
      inbox.pipe(tap((message) => log.push(said(message)))),
      inbox.pipe(
        ofTopic(ws.join),
        tap(({ payload }) =>
          self.monitor(payload.client_pid).subscribe(({ reason }) => log.push(brief(reason))),
        ),
      ),
    ).pipe(ignoreElements());

describe('the loss of the node of a connection', () => {
  it('is a leave with the metadata of the join, before the EXIT (D54, D9, L2)', () => {
    const { second, connect, advance, nats } = relayed('ab');
    const log: unknown[] = [];
    const { client } = connect(second.system.spawn(watcher(log)), { user: 'ann' });
    client.next(frame('hi'));
    advance(10);
    nats.kill('a');
    advance(3_000);

    expect(log).toEqual([
      ...['ws.join ann', 'ws.message hi ann', 'ws.leave node lost ann', 'noconnection'],
    ]);
  });

  it('is no leave for those that have left, were handed over, or are of other nodes (D54)', () => {
    const { second, nodes, connect, advance, nats } = relayed('abc');
    const third = nodes[2] as typeof second;
    const [b, other]: [unknown[], unknown[]] = [[], []];
    const target = second.system.spawn(listener(b));
    const left = connect(target, { user: 'left' });
    const moved = connect(target, { user: 'moved' });
    connect(target, { user: 'stays' });
    const local = new Hub(second.system);
    connectTo(local, second.system, { ...config(target), metadata: { user: 'local' } });
    const remote = new Hub(third.system);
    connectTo(remote, third.system, { ...config(target), metadata: { user: 'remote' } });
    advance(10);
    left.client.next({ type: 'closed', code: 1000, reason: 'bye' });
    second.system.send(moved.pid, ws.control, {
      target_pid: third.system.spawn(listener(other)),
    });
    advance(10);
    b.length = 0;
    nats.kill('a');
    advance(3_000);

    expect(b).toEqual(['ws.leave node lost stays']);
    expect(other).toEqual(['ws.join moved', 'ws.leave node lost moved']);
  });

  it('is one leave, also where the connection is closing and another session begins (D54, L2)', () => {
    const { second, connect, advance, nats } = relayed('ab');
    const log: unknown[] = [];
    const { pid, client, exits } = connect(second.system.spawn(listener(log)));
    advance(10);
    second.system.send(pid, ws.close, { code: 4000 });
    advance(10);
    nats.cut('b');
    advance(2_000);
    nats.heal();
    advance(2_500);
    // The client answers the close frame when both nodes know each other again.
    expect(second.cluster.nodes()).toHaveLength(1);
    client.next({ type: 'closed', code: 4000, reason: '' });
    advance(100);

    expect(exits).toHaveLength(1);
    expect(log).toEqual(['ws.join', 'ws.leave node lost']);
  });

  it('closes at the other side by 1012, and nothing more is said in a later session (D54)', () => {
    const { second, connect, advance, nats } = relayed('ab');
    const log: unknown[] = [];
    const client = connect(second.system.spawn(listener(log)));
    advance(10);
    nats.cut('b');
    advance(2_000);
    nats.heal();
    advance(3_000);
    client.client.next(frame('late'));
    client.client.next({ type: 'closed', code: 1012, reason: '' });
    advance(100);

    expect(acts(client)).toEqual(['close 1012 target unreachable']);
    expect(log).toEqual(['ws.join', 'ws.leave node lost']);
  });

  it('takes back a join that nobody has read, also where there is no relay (D54, L2)', () => {
    const { second, connect, advance, nats } = relayed('ab');
    const target = second.system.spawn(idle);
    connect(target);
    advance(10);
    const { mailbox } = second.system[kernelOf].processes.get(target) as Process;
    expect(mailbox.depth).toBe(1);
    nats.kill('a');
    advance(3_000);

    expect(mailbox.depth).toBe(0);
  });

  it('is told to who waits for what has become of a frame (D51, W9)', () => {
    const { second, connect, advance, nats } = relayed('ab');
    new Hub(second.system);
    const log: unknown[] = [];
    let self: Self | undefined;
    const target = second.system.spawn((inbox, me) => {
      self = me;
      return listener(log)(inbox, me);
    });
    const { pid } = connect(target);
    advance(10);
    nats.kill('a');
    advance(3_000);
    self?.send(pid, ws.send, { data: 'hi', ack: 1 });
    advance(10);

    expect(log).toEqual(['ws.join', 'ws.leave node lost', 'ws.sent']);
  });

  it('is a leave when the node goes away in order, too, as long as its system runs (D54, D63)', async () => {
    const { first, second, connect, advance } = relayed('ab');
    const log: unknown[] = [];
    const client = connect(second.system.spawn(watcher(log)));
    advance(10);
    void first.cluster.leave();
    for (let n = 0; n < 3; n++) {
      advance(1_000);
      await turns(2);
    }
    advance(10);

    expect(log).toEqual(['ws.join', 'ws.leave node lost', 'noconnection']);
    expect(acts(client)).toEqual(['close 1012 target unreachable']);
  });

  it('is the leave of a shutdown where there is time for that (D54, Q3)', () => {
    const { first, second, connect, advance } = relayed('ab');
    const log: unknown[] = [];
    const { client } = connect(second.system.spawn(listener(log)));
    advance(10);
    void first.system.shutdown();
    advance(10);
    client.next({ type: 'closed', code: 1001, reason: '' });
    advance(5_000);

    expect(log).toEqual(['ws.join', 'ws.leave server shutting down']);
  });
});
