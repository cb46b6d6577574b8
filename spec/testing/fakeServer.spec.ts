import { describe, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { fakeServer, serves } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const { hello, ok, reply, refuse, push, send, close, all } = serves;

/** A socket of a client, and what comes to it. */
function dialled(server = fakeServer()) {
  const socket = new server.WebSocket('ws://test', ['rx-process.v1']);
  const came: unknown[] = [];
  socket.onopen = () => came.push('open');
  socket.onmessage = ({ data }) =>
    came.push(typeof data === 'string' && data[0] !== '!' ? JSON.parse(data) : data);
  socket.onclose = ({ code, reason }) => came.push(`close ${code} ${reason}`);
  return { server, socket, came };
}

describe('fakeServer', () => {
  it(
    'does what its diagram says, and records what its client does (CT4)',
    marbles(({ hot, scheduler, expectObservable }) => {
      const script = hot('-h-a-x|', { h: hello(), a: ok({ n: 1 }), x: close(1012, 'moving') });
      const heard = '     d-q---';

      const { server, socket } = dialled(fakeServer(script));
      scheduler.schedule(() => socket.send('{"id":1}'), 2);

      expectObservable(server.heard$.pipe(map(({ type }) => type))).toBe(heard, {
        d: 'dial',
        q: 'frame',
      });
    }),
  );

  it('says hello, answers the oldest request, pushes and closes (CT4)', () => {
    const { server, socket, came } = dialled();
    server.perform(hello({ session: 's' }));
    socket.send('[{"id":1},{"id":2},{"id":"s1","ok":true},{"id":3}]');
    server.perform(all(ok({ n: 1 }), reply('x')));
    server.perform(refuse('denied', { retry: true }));
    server.perform(push('chat:1', 'said', 'hi', { offset: 5 }));
    server.perform(send({ type: 'ping' }, { type: 'pong' }));
    server.perform(send('!raw'));
    server.perform(close(1013, 'slow'));

    expect(came).toMatchObject([
      'open',
      { hello: { version: 1, session: 's' } },
      { id: 1, ok: true, result: { n: 1 } },
      { id: 2, ok: true, payload: 'x' },
      { id: 3, ok: false, error: { code: 'denied', message: 'denied', retry: true } },
      { channel: 'chat:1', offset: 5, payload: { event: 'said', data: 'hi' } },
      [{ type: 'ping' }, { type: 'pong' }],
      '!raw',
      'close 1013 slow',
    ]);
  });

  it('records a close once, and bytes and texts that are no JSON as they are', () => {
    const { server, socket } = dialled();
    const heard: unknown[] = [];
    server.heard$.subscribe((act) => heard.push(act));
    socket.send('{');
    socket.close(1000);
    socket.close(1001);

    expect(heard).toEqual([
      { type: 'dial', url: 'ws://test', protocols: ['rx-process.v1'] },
      { type: 'data', data: '{' },
      { type: 'close', code: 1000, reason: '' },
    ]);
  });

  it('refuses to do anything before a dial, and to answer what nobody asked', () => {
    const { server, socket } = dialled();
    socket.send('{"id":1}');
    dialled(server);

    expect(() => fakeServer().perform(hello())).toThrow('fakeServer: nobody has dialled');
    expect(() => server.perform(ok())).toThrow('fakeServer: nothing is asked');
  });
});
