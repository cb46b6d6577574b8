import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { connectRelay, type RelayClient } from '../../lib/client/index.js';
import { type FakeServer, fakeServer, serves } from '../../lib/testing/index.js';

const { open, send, close } = serves;

/** What a client of any server does and hears, in the order in which it happens. */
function run(
  play: (relay: RelayClient, server: FakeServer, clock: VirtualTimeScheduler) => void,
): unknown[] {
  const scheduler = new VirtualTimeScheduler();
  const server = fakeServer();
  const { WebSocket } = server;
  const options = { WebSocket, scheduler, random: () => 0.5, protocols: ['feed.v1'] };
  const relay = connectRelay('http://test/feed', options);
  const log: unknown[] = [];
  server.heard$.subscribe((act) => log.push(act));
  relay.state$.subscribe(({ status }) => log.push(status));
  relay.frames$.subscribe({
    next: (frame) => log.push(frame),
    complete: () => log.push('complete'),
  });
  play(relay, server, scheduler);
  relay.close();
  return log;
}

describe('connectRelay', () => {
  const dial = { type: 'dial', url: 'ws://test/feed', protocols: ['feed.v1'] };

  it('gives frames as they come, and is open with the connection', () => {
    const log = run((relay, { perform }) => {
      perform(open);
      perform(send('text'));
      perform(send(new Uint8Array([1, 2]).buffer));
      relay.send('hi');
    });

    expect(log).toEqual([
      dial,
      'connecting',
      'open',
      'text',
      new Uint8Array([1, 2]),
      { type: 'data', data: 'hi' },
      { type: 'close', code: 1000, reason: '' },
      'closed',
      'complete',
    ]);
  });

  it('comes back as connectChannels does, and sends nothing while it is away', () => {
    const sent: boolean[] = [];
    const log = run((relay, { perform }, clock) => {
      perform(open);
      perform(close(1012));
      sent.push(relay.send('lost'));
      clock.maxFrames = 1_000;
      clock.flush();
      perform(open);
      sent.push(relay.send('hi'));
    });

    expect(log.slice(1, 7)).toEqual(['connecting', 'open', 'waiting', 'connecting', dial, 'open']);
    expect(sent).toEqual([false, true]);
  });

  it('dials when somebody listens, if it is lazy', () => {
    const server = fakeServer();
    const dials: unknown[] = [];
    server.heard$.subscribe((act) => dials.push(act.type));
    const relay = connectRelay('ws://test', { lazy: true, WebSocket: server.WebSocket });
    expect(dials).toEqual([]);
    relay.frames$.subscribe();
    relay.close();

    expect(dials).toEqual(['dial', 'close']);
  });
});
