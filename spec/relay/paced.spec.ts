import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, map, merge, mergeMap, tap } from 'rxjs';
import { paced, type Send, setRelay, ws } from '../../lib/express/index.js';
import { type Behavior, ofTopic, type Pid, send } from '../../lib/index.js';
import {
  cleanUp,
  deferred,
  handshake,
  onCleanup,
  open,
  serve,
  within,
} from '../express/support.js';
import { exitOf, relayTo } from './scene.js';

afterEach(cleanUp);

const KIB = 1024;
const MIB = 1024 * KIB;

/** A client of bare TCP that reads a MiB at a time and then lets others have their turn; counts bytes. */
function slowReader(port: number, total: number): Promise<number> {
  const { promise, resolve } = deferred<number>();
  let read = 0;
  const socket = connect(port, '127.0.0.1');
  onCleanup(() => socket.destroy());
  socket.write(handshake('/ws'));
  socket.on('data', ({ length }) => {
    read += length;
    if (read >= total) resolve(read);
    if (read % MIB >= length) return;
    socket.pause();
    setImmediate(() => setImmediate(() => socket.resume()));
  });
  socket.on('close', () => resolve(read));
  return within(promise, `${total} bytes`, 25_000);
}

describe('paced, to a client', () => {
  it('streams 100 MiB to a slow reader, and no more than the window waits for it (W10)', async () => {
    const CHUNK = 64 * KIB;
    const CHUNKS = 1_600;
    let pulled = 0;
    let acknowledged = 0;
    let most = 0;
    function* chunks(): Generator<Send> {
      for (; pulled < CHUNKS; ) {
        most = Math.max(most, ++pulled - acknowledged);
        yield { data: new Uint8Array(CHUNK) };
      }
    }
    const target: Behavior = (inbox) =>
      merge(
        inbox.pipe(
          ofTopic(ws.sent),
          tap(() => acknowledged++),
          ignoreElements(),
        ),
        inbox.pipe(
          ofTopic(ws.join),
          mergeMap(({ payload }) => inbox.pipe(paced(payload.client_pid, chunks()))),
        ),
      );
    const { port, warnings } = await serve({
      // Were more than the window on its way, the client would be closed with 1013.
      relay: { maxBuffered: 16 * (CHUNK + 10), maxTotalBuffered: 2 * MIB },
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target }).end());
      },
    });
    const read = await slowReader(port, CHUNKS * (CHUNK + 10));

    expect(read).toBeGreaterThanOrEqual(CHUNKS * (CHUNK + 10));
    expect(acknowledged).toBeGreaterThan(CHUNKS - 17);
    expect(most).toBe(16);
    expect(warnings).toEqual([]);
  }, 30_000);

  it('stops, and ends its source, when the client is lost, whoever sends (W9, W10)', async () => {
    const running = await serve({ routes: relayTo(() => target) });
    const { system, port } = running;
    const joined = deferred<Pid>();
    const ended = deferred<string>();
    const target = system.spawn((inbox) =>
      inbox.pipe(
        ofTopic(ws.join),
        tap(({ payload }) => joined.resolve(payload.client_pid)),
        ignoreElements(),
      ),
    );
    const client = await open(port, '/ws');
    const pid = await joined.promise;
    async function* lines(): AsyncGenerator<Send> {
      try {
        yield { data: 'first' };
        // Nothing is on its way when the client goes: the next is sent to nobody.
        await exitOf(system, pid);
        yield { data: 'second' };
        yield { data: 'third' };
      } finally {
        ended.resolve('ended');
      }
    }
    const sender = system.spawn((inbox) => inbox.pipe(paced(pid, lines(), { window: 1 })));
    const done = exitOf(system, sender);
    expect(await client.next()).toBe('first');
    client.socket.terminate();

    expect(await within(ended.promise, 'the end of the source')).toBe('ended');
    expect((await done).reason).toEqual({ type: 'normal', value: undefined });
  });

  it('goes on beside other frames for the client (W3)', async () => {
    const target: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.join),
        mergeMap(({ payload: { client_pid } }) =>
          merge(
            inbox.pipe(paced(client_pid, [{ data: 'a' }, { data: 'b' }], { window: 1 })),
            inbox.pipe(
              ofTopic(ws.message),
              map(() => send(client_pid, ws.send, { data: 'echo' })),
            ),
          ),
        ),
      );
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target }).end());
      },
    });
    const client = await open(port, '/ws');
    const [first, second] = [await client.next(), await client.next()];

    expect([first, second, await client.ask('hi')]).toEqual(['a', 'b', 'echo']);
  });
});
