import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Transport } from '../../../lib/cluster/index.js';
import { collect, turns } from '../../support/runtime.js';
import { all, bytesOf, hear, place, reaches, roundTrip } from './transports.js';

/** NATS, real or in memory, as the contract needs it. */
export interface Site {
  connect(at: ReturnType<typeof place>): Transport;
  stop(): Promise<void> | void;
  start(): Promise<void> | void;
  /** Its bucket is lost. */
  forgetKeys(): Promise<void> | void;
  close(): Promise<void> | void;
}

const UNAVAILABLE = { name: 'ProcessError', code: 'Unavailable', retryable: true };

/** What every transport does, whatever is behind it. */
export function transportContract(open: () => Promise<Site> | Site): void {
  const transports: Transport[] = [];
  let site: Site;

  const connect = async (name: string, at = place(name)): Promise<Transport> => {
    const transport = site.connect(at);
    transports.push(transport);
    await reaches(transport, 'up');
    return transport;
  };
  const pair = (): Promise<[Transport, Transport]> => Promise.all([connect('a'), connect('b')]);

  beforeAll(async () => {
    site = await open();
  });
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => all(transport.close())));
  });
  afterAll(() => site.close());

  describe('publish', () => {
    it('reaches all who have subscribed, the sender too, in order (D69)', async () => {
      const [a, b] = await pair();
      const numbers = Array.from({ length: 1_000 }, (_, at) => `${at}`);
      const heard = [hear(a, 'order'), hear(b, 'order')];
      await roundTrip(b);

      for (const number of numbers) a.publish('order', bytesOf(number));
      await roundTrip(a);
      await roundTrip(b);

      const expected = numbers.map((number) => `order ${number}`);
      expect(heard).toEqual([expected, expected]);
    });

    it('is heard through wildcards, once for each that fits (D69)', async () => {
      const a = await connect('a');
      const [one, more, both] = [hear(a, 'x.*.z'), hear(a, 'x.>'), hear(a, 'x.y.z')];

      for (const subject of ['x', 'x.y', 'x.y.z', 'x.q.z', 'x.y.z.a'])
        a.publish(subject, bytesOf(''));
      await roundTrip(a);

      expect(one).toEqual(['x.y.z ', 'x.q.z ']);
      expect(more).toEqual(['x.y ', 'x.y.z ', 'x.q.z ', 'x.y.z.a ']);
      expect(both).toEqual(['x.y.z ']);
    });

    it('is heard as long as the subscription lasts (D69)', async () => {
      const a = await connect('a');
      const heard: string[] = [];
      const subscription = a.subscribe('s', ({ bytes }) => heard.push(`${bytes}`));

      a.publish('s', Uint8Array.of(1));
      await roundTrip(a);
      subscription.unsubscribe();
      subscription.unsubscribe();
      a.publish('s', Uint8Array.of(2));
      await roundTrip(a);

      expect(heard).toEqual(['1']);
    });

    it('with a reply subject is refused there, when nobody hears it (D17, D69)', async () => {
      const [a, b] = await pair();
      const [atA, atB] = [hear(a, 're.*'), hear(b, 're.*')];
      hear(b, 'somebody');
      await roundTrip(b);

      a.publish('nobody', bytesOf('?'), 're.1');
      a.publish('somebody', bytesOf('?'), 're.2');
      a.publish('nobody', bytesOf('?'));
      await roundTrip(a);
      await all(b.close());
      a.publish('somebody', bytesOf('?'), 're.3');
      await roundTrip(a);

      expect(atA).toEqual(['re.1 refused', 're.3 refused']);
      expect(atB).toEqual([]);
    });

    it('takes up to maxPayload, and warns of more (D69)', async () => {
      const at = place('a');
      const a = await connect('a', at);
      const sizes: number[] = [];
      a.subscribe('large', ({ bytes }) => sizes.push(bytes.length));

      a.publish('large', new Uint8Array(a.maxPayload));
      a.publish('large', new Uint8Array(a.maxPayload + 1));
      a.publish('large', new Uint8Array(1));
      await roundTrip(a);

      expect(sizes).toEqual([a.maxPayload, 1]);
      expect(at.warnings).toEqual([
        expect.stringMatching(/^nats_error: .* large is lost: .*max_payload/),
      ]);
    });
  });

  describe('close', () => {
    it('sends what was published before it, and completes (D69)', async () => {
      const [a, b] = await pair();
      const [heard, states] = [hear(b, 'last'), collect(a.state$)];
      await roundTrip(b);

      for (let i = 0; i < 1_000; i++) a.publish('last', Uint8Array.of(i));
      await all(a.close());
      a.publish('last', bytesOf('too late'));
      await roundTrip(b);

      expect(heard).toHaveLength(1_000);
      expect(states).toEqual(['up']);
      expect(await all(a.state$)).toEqual([]);
      expect(await all(a.close())).toEqual([]);
    });

    it('takes what was sent to it before, and has refused what comes later (D17, D69)', async () => {
      const [a, b] = await pair();
      const [heard, refused] = [hear(a, 'busy'), hear(b, 're.busy')];
      await roundTrip(a);

      let closed: Promise<unknown> | undefined;
      for (let turn = 0; turn < 40; turn++) {
        for (let i = 0; i < 50; i++) b.publish('busy', bytesOf(''), 're.busy');
        if (turn === 20) closed = all(a.close());
        await turns(1);
      }
      await closed;
      b.publish('busy', bytesOf(''), 're.busy');
      await roundTrip(b);

      expect(heard.length).toBeGreaterThan(0);
      expect(refused.length).toBeGreaterThan(0);
      expect(heard.length + refused.length).toBe(2_001);
    });

    it('ends what has never been up (D69)', async () => {
      const a = site.connect(place('a'));
      const states = collect(a.state$);
      expect(await all(a.close())).toEqual([]);

      expect(states).toEqual(['connecting']);
    });
  });

  describe('a connection', () => {
    it('that is lost comes back with its subscriptions, without what was sent meanwhile (D15)', async () => {
      const a = await connect('a');
      const [heard, states] = [hear(a, 's'), collect(a.state$)];
      await roundTrip(a);

      await site.stop();
      await reaches(a, 'down');
      a.publish('s', bytesOf('while it is down'));
      await site.start();
      await reaches(a, 'up');
      a.publish('s', bytesOf('afterwards'));
      await roundTrip(a);

      expect(heard).toEqual(['s afterwards']);
      expect(states).toEqual(['up', 'down', 'up']);
    });

    it('is left and made anew when it is asked to (D8)', async () => {
      const a = await connect('a');
      const [heard, states] = [hear(a, 's'), collect(a.state$)];

      a.reconnect();
      await reaches(a, 'down');
      await reaches(a, 'up');
      a.publish('s', bytesOf('afterwards'));
      await roundTrip(a);

      expect(heard).toEqual(['s afterwards']);
      expect(states).toEqual(['up', 'down', 'up']);
    });
  });

  describe('registry', () => {
    const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];

    it('changes keys by compare-and-set (D41)', async () => {
      const { registry } = await connect('a');
      const key = 'n.QG1haWw';

      const [first] = await all(registry.create(key, one));
      expect(first).toBeGreaterThan(0);
      expect(await all(registry.create(key, two))).toEqual([undefined]);
      expect(await all(registry.read(key))).toEqual([{ value: one, revision: first }]);

      const [second = 0] = await all(registry.replace(key, two, first as number));
      expect(second).toBeGreaterThan(first as number);
      expect(await all(registry.replace(key, one, first as number))).toEqual([undefined]);
      expect(await all(registry.remove(key, first as number))).toEqual([false]);
      expect(await all(registry.read(key))).toEqual([{ value: two, revision: second }]);

      expect(await all(registry.remove(key, second))).toEqual([true]);
      expect(await all(registry.remove(key, second))).toEqual([false]);
      expect(await all(registry.read(key))).toEqual([undefined]);
      expect(await all(registry.replace(key, one, second))).toEqual([undefined]);

      const [third] = await all(registry.create(key, one));
      expect(third).toBeGreaterThan(second);
      expect(await all(registry.create(key, two))).toEqual([undefined]);
    });

    it('has nothing of a key that never was (D41)', async () => {
      const { registry } = await connect('a');

      expect(await all(registry.read('n.never'))).toEqual([undefined]);
      expect(await all(registry.replace('n.never', one, 1))).toEqual([undefined]);
      expect(await all(registry.remove('n.never', 1))).toEqual([false]);
    });

    it('gives a key to one of many who want it at once (D41)', async () => {
      const [a, b] = await pair();
      const both = Array.from({ length: 10 }, () => [a, b]).flat();
      const wanted = both.map(({ registry }) => all(registry.create('n.wanted', one)));

      const got = (await Promise.all(wanted)).flat().filter((revision) => revision !== undefined);
      expect(got).toHaveLength(1);
    });

    it('does nothing before it is subscribed to (D69)', async () => {
      const { registry } = await connect('a');
      const created = registry.create('n.cold', one);

      expect(await all(registry.read('n.cold'))).toEqual([undefined]);
      expect(await all(created)).toHaveLength(1);
    });

    it('keeps its keys while the server is away, and is Unavailable meanwhile (D41)', async () => {
      const a = await connect('a');
      await all(a.registry.create('n.kept', one));

      await site.stop();
      await reaches(a, 'down');
      await expect(all(a.registry.read('n.kept'))).rejects.toMatchObject({
        ...UNAVAILABLE,
        message: expect.stringContaining('no connection to NATS'),
      });
      await site.start();
      await reaches(a, 'up');

      expect(await all(a.registry.read('n.kept'))).toMatchObject([{ value: one }]);
    });

    it('is made anew when it is gone (D45)', async () => {
      const { registry } = await connect('a');
      await all(registry.create('n.gone', one));

      await site.forgetKeys();
      expect(await all(registry.read('n.gone'))).toEqual([undefined]);
      await site.forgetKeys();
      expect(await all(registry.create('n.gone', two))).toEqual([expect.any(Number)]);
      expect(await all(registry.read('n.gone'))).toMatchObject([{ value: two }]);
    });
  });
}
