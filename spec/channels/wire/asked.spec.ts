import { describe, expect, it } from '@jest/globals';
import { materialize } from 'rxjs';
import { event } from '../../../lib/channels/index.js';
import { collect } from '../../support/runtime.js';
import { Scene, type Visitor } from '../scene.js';

const whoami = event<null, string>('whoami');

/** Asks a client, and gives what has come of it. */
function ask(client: Visitor, options?: { timeout: string }) {
  const { manager, system } = client.scene;
  const request = manager.request(client.pid, whoami, null, options);
  const seen = collect(request.pipe(materialize()), ({ kind, value, error }) => {
    return kind === 'E' ? error.code : kind === 'N' ? value : 'complete';
  });
  system.flush();
  return seen;
}

describe('a request of the server', () => {
  it('is an event with an id of the server, and emits the reply (CP11)', () => {
    const client = new Scene().connect();
    client.texts;

    const seen = ask(client);
    expect(client.texts).toEqual([
      expect.stringMatching(
        /^\{"id":"s1","type":"event","payload":\{"event":"whoami","data":null\},"timestamp":\d+\}$/,
      ),
    ]);
    client.sends({ id: 's1', ok: true, type: 'json', payload: 'ann' });

    expect(seen).toEqual(['ann', 'complete']);
    expect(client.scene.held.asked).toBe(0);
  });

  it.each([
    { code: 'not_found', as: 'NotFound' },
    { code: 'failed', as: 'Internal' },
  ])('errors where the client answers $code (CP11)', ({ code, as }) => {
    const client = new Scene().connect();

    const seen = ask(client);
    client.sends({ id: 's1', ok: false, type: 'system', error: { code, message: 'x' } });

    expect(seen).toEqual([as]);
  });

  it.each([
    { ok: false, type: 'json' },
    { ok: false, type: 'json', error: null },
    { ok: false, type: 'json', error: { code: { toString: 1, valueOf: 1 }, message: [] } },
    { ok: false, type: 'json', error: 'x' },
  ])('errors for a failure without words: %j', (reply) => {
    const client = new Scene().connect();

    const seen = ask(client);
    client.sends({ id: 's1', ...reply });

    expect(seen).toEqual(['Internal']);
  });

  it('has its own time, default 10 s (CP9)', () => {
    const client = new Scene().connect();

    const seen = [ask(client), ask(client, { timeout: '1s' })];
    client.scene.system.advance('1s');
    expect(seen).toEqual([[], ['Timeout']]);
    client.scene.system.advance('9s');
    expect(seen).toEqual([['Timeout'], ['Timeout']]);

    client.sends({ id: 's1', ok: true, type: 'json', payload: 'late' });
    expect(client.scene.events).toEqual(['drop no call']);
  });

  it('errors where the client goes, has gone, or speaks the dialect of the page (CP11)', () => {
    const scene = new Scene();
    const client = scene.connect();
    const plain = scene.connectPlain();
    plain.texts;

    const seen = [ask(client), ask(plain)];
    client.leaves();
    seen.push(ask(client));

    expect(seen).toEqual([['Unavailable'], ['Unavailable'], ['NotFound']]);
    expect(plain.texts).toEqual([]);
  });

  it('takes no answer of another client (CP11)', () => {
    const scene = new Scene();
    const [ann, eve] = [scene.connect(), scene.connect()];

    const seen = ask(ann);
    eve.sends({ id: 's1', ok: true, type: 'json', payload: 'eve' });
    ann.sends({ id: 's1', ok: true, type: 'json', payload: 'ann' });

    expect(seen).toEqual(['ann', 'complete']);
    expect(scene.events).toEqual(['drop no call']);
  });

  it('is over when nobody waits for it any more', () => {
    const client = new Scene().connect();

    client.scene.manager.request(client.pid, whoami, null).subscribe().unsubscribe();

    expect(client.scene.held.asked).toBe(0);
  });
});
