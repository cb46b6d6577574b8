import { describe, expect, it } from '@jest/globals';
import { concatMap, from, ignoreElements, takeWhile, tap } from 'rxjs';
import { type Behavior, is, type Message, ofTopic, type Self, send } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { rejoinOf } from '../../../lib/relay/rejoin.js';
import { frame } from '../../relay/connected.js';
import { collect, idle, turns } from '../../support/runtime.js';
import { acts, listener, relayed } from './support.js';

/** Answers a frame twice, and ends with it. */
const lastWords: Behavior = (inbox) =>
  inbox.pipe(
    takeWhile((message) => !is(message, ws.message), true),
    ofTopic(ws.message),
    concatMap(({ payload: { client_pid, data } }) =>
      from([
        send(client_pid, ws.send, { data: `${data} to you` }),
        send(client_pid, ws.send, { data: 'bye' }),
      ]),
    ),
  );

describe('a connection whose target is on another node', () => {
  it('has a PID of the node of its socket, and is written to in order, bytes as bytes (D51)', () => {
    const { second, connect, advance } = relayed('ab');
    const client = connect(second.system.spawn(idle));
    const write = (data: string | Uint8Array) => second.system.send(client.pid, ws.send, { data });
    write('one');
    write(Uint8Array.of(1, 2));
    write('three');
    second.system.send(client.pid, ws.close, { code: 4001, reason: 'enough' });
    write('late');
    advance(10);

    expect(client.pid).toMatch(/^\{a~1@/);
    expect(acts(client)).toEqual(['one', 'bytes 1,2', 'three', 'close 4001 enough']);
  });

  it('is reached from a third node as well (D51)', () => {
    const { second, nodes, connect, advance } = relayed('abc');
    const client = connect(second.system.spawn(idle));
    nodes[2]?.system.send(client.pid, ws.send, { data: 'hi' });
    advance(10);

    expect(acts(client)).toEqual(['hi']);
  });

  it('hears the last words of its target before its end (D51, W3)', () => {
    const { second, connect, advance } = relayed('ab');
    const client = connect(second.system.spawn(lastWords));
    client.client.next(frame('hi'));
    advance(10);

    expect(acts(client)).toEqual(['hi to you', 'bye', 'close 1000 target process exited']);
  });

  it('tells who has asked what has become of a frame, on whichever node (D51, W9)', () => {
    const { second, connect, advance } = relayed('ab');
    const told: unknown[] = [];
    let self: Self | undefined;
    const asker = second.system.spawn((inbox, me) => {
      self = me;
      return inbox.pipe(
        ofTopic(ws.sent),
        tap(({ payload }) => told.push(payload)),
        ignoreElements(),
      );
    });
    const { pid, client } = connect(asker);
    advance(10);
    self?.send(pid, ws.send, { data: 'a', ack: 1 });
    advance(10);
    client.next({ type: 'closed', code: 1006, reason: '' });
    advance(10);
    self?.send(pid, ws.send, { data: 'b', ack: 2 });
    advance(10);

    expect(told).toEqual([
      { client_pid: pid, ref: 1, outcome: 'sent' },
      { client_pid: pid, ref: 2, outcome: 'dropped' },
    ]);
  });

  it('is no reason to warn of a join that its target does not read (D51, I10)', () => {
    const { second, connect, advance } = relayed('ab');
    const warnings = collect(second.system.events$, ({ type }) => type);
    connect(second.system.spawn((inbox) => inbox.pipe(ofTopic(ws.message), ignoreElements())));
    advance(10);

    expect(warnings.filter((type) => type === 'warning')).toEqual([]);
  });

  it('brings frames with its metadata in each, bytes as bytes (D56, L3)', () => {
    const { second, connect, advance } = relayed('ab');
    const read: Message[] = [];
    const target = second.system.spawn((inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        tap((message) => read.push(message)),
        ignoreElements(),
      ),
    );
    const { client, pid } = connect(target, { user: 'ann' });
    client.next(frame('hi'));
    client.next({ type: 'frame', data: Uint8Array.of(7), size: 1 });
    advance(10);

    const common = { client_pid: pid, metadata: { user: 'ann' } };
    expect(read.map(({ payload, from }) => ({ payload, from }))).toEqual([
      { payload: { ...common, type: 'text', data: 'hi' }, from: pid },
      { payload: { ...common, type: 'binary', data: Uint8Array.of(7) }, from: pid },
    ]);
  });
});

describe('a target of another node', () => {
  it('is alive while its node is up, dead or not (D52, H2)', () => {
    const { hub, second, advance, nats } = relayed('ab');
    const target = second.system.spawn(idle);
    expect(hub.find(target)?.pid).toBe(target);
    second.system.terminate(target);
    advance(10);
    expect(hub.find(target)?.pid).toBe(target);
    nats.kill('b');
    advance(3_000);
    expect(hub.find(target)).toBeUndefined();
    expect(hub.find('{z~1@main|0x00001}')).toBeUndefined();
  });

  it.each([
    { how: 'was dead before', end: 'before', code: '1011 target process exited' },
    { how: 'crashes', end: 'crash', code: '1011 target process exited' },
    { how: 'completes', end: 'done', code: '1000 target process exited' },
    { how: 'is lost with its node', end: 'kill', code: '1012 target unreachable' },
    { how: 'is shut down with its system', end: 'shutdown', code: '1001 target process exited' },
  ])('closes the connection with $code when it $how (D52, D54)', async ({ end, code }) => {
    const { second, connect, advance, nats } = relayed('ab');
    const target = second.system.spawn((inbox) =>
      inbox.pipe(
        takeWhile(({ topic }) => topic !== 'done'),
        concatMap(({ topic }) => {
          if (topic === 'crash') throw new Error('secret');
          return [];
        }),
      ),
    );
    if (end === 'before') second.system.terminate(target);
    advance(10);
    const client = connect(target);
    advance(10);
    if (end === 'kill') nats.kill('b');
    else if (end === 'shutdown') void second.system.shutdown();
    else second.system.send(target, end, undefined);
    await turns(3);
    advance(3_000);

    expect(acts(client)).toEqual([`close ${code}`]);
  });

  it('takes no connection over when its node is not up: nothing changes (D52, X2)', () => {
    const { first, second, connect, advance } = relayed('ab');
    const warnings = collect(first.system.events$, (e) => (e.type === 'warning' ? e.code : ''));
    const log: unknown[] = [];
    const { pid, client } = connect(second.system.spawn(listener(log)));
    second.system.send(pid, ws.control, {
      target_pid: '{z~1@main|0x00001}',
      metadata: { user: 'z' },
    });
    advance(10);
    client.next(frame('hi'));
    advance(10);

    expect(log).toEqual(['ws.join', 'ws.message hi']);
    expect(warnings.filter((code) => code === 'ws.control')).toHaveLength(1);
  });
});

describe('a transfer between nodes', () => {
  it('is a leave and a join, with the frames behind it, and back again (D53, X3, X4)', () => {
    const { second, nodes, connect, advance } = relayed('abc');
    const third = nodes[2] as typeof second;
    const [b, c]: [unknown[], unknown[]] = [[], []];
    const atB = second.system.spawn(listener(b));
    const atC = third.system.spawn(listener(c));
    const { pid, client, socket } = connect(atB, { user: 'ann' });
    client.next(frame('1'));
    advance(10);
    second.system.send(pid, ws.control, { target_pid: atC, metadata: { user: 'ben' } });
    client.next(frame('2'));
    advance(10);
    client.next(frame('3'));
    advance(10);
    third.system.send(pid, ws.control, { target_pid: atB });
    advance(2);
    client.next(frame('4'));
    advance(10);

    expect(b).toEqual([
      ...['ws.join ann', 'ws.message 1 ann', 'ws.message 2 ann', 'ws.leave transferred ann'],
      ...['ws.join ben', 'ws.message 4 ben'],
    ]);
    expect(c).toEqual(['ws.join ben', 'ws.message 3 ben', 'ws.leave transferred ben']);
    expect(socket.actions.filter(({ type }) => type === 'close')).toEqual([]);
  });

  it('is in one turn: a frame that comes with the command is behind the join (D53, X3)', () => {
    const { first, second, connect, advance } = relayed('ab');
    const [a, b]: [unknown[], unknown[]] = [[], []];
    const here = first.system.spawn(listener(a));
    const { pid, client } = connect(here);
    advance(10);
    first.system.send(pid, ws.control, { target_pid: second.system.spawn(listener(b)) });
    first.system.flush();
    client.next(frame('1'));
    client.next(frame('2'));
    advance(10);

    expect(a).toEqual(['ws.join', 'ws.leave transferred']);
    expect(b).toEqual(['ws.join', 'ws.message 1', 'ws.message 2']);
  });

  it('leaves the end of the former target without effect, not that of the present one (D53, X6, X7)', () => {
    const { second, nodes, connect, advance } = relayed('abc');
    const third = nodes[2] as typeof second;
    const atB = second.system.spawn(idle);
    const atC = third.system.spawn(idle);
    const client = connect(atB);
    advance(10);
    second.system.send(client.pid, ws.control, { target_pid: atC });
    second.system.terminate(atB);
    advance(10);
    expect(acts(client)).toEqual([]);
    third.system.terminate(atC);
    advance(10);

    expect(acts(client)).toEqual(['close 1011 target process exited']);
  });

  it('to the target that it has is no leave and no join (D53, X5)', () => {
    const { second, connect, advance } = relayed('ab');
    const log: unknown[] = [];
    const target = second.system.spawn(listener(log));
    const { pid, client } = connect(target);
    second.system.send(pid, ws.control, { target_pid: target, metadata: { user: 'ann' } });
    advance(10);
    client.next(frame('hi'));
    advance(10);

    expect(log).toEqual(['ws.join', 'ws.message hi ann']);
  });
});

describe('rejoin', () => {
  it.each([
    { target: 'lobby', name: 'lobby' },
    { target: '@lobby', name: undefined },
    { target: '{b~1@main|0x00001}', name: undefined },
  ])('waits for $target by the name $name (D52, X12)', ({ target, name }) => {
    expect(rejoinOf(undefined, { target, rejoin: 5 })).toEqual({ within: 5, name });
  });
});
