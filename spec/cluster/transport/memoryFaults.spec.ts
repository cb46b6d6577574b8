import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Transport } from '../../../lib/cluster/index.js';
import { type MemoryNats, type MemoryNatsOptions, memoryNats } from '../../../lib/testing/index.js';
import { Clock } from '../../support/runtime.js';
import { bytesOf, place, textOf } from '../support/transports.js';

let clock: Clock;
let nats: MemoryNats;
let log: string[];

beforeEach(() => {
  clock = new Clock();
  log = [];
  open();
});

function open(options: Partial<MemoryNatsOptions> = {}): void {
  nats = memoryNats({ scheduler: clock, ...options });
}

/** A node that writes down what it hears, with the time, and its states. */
function node(name: string): Transport {
  const transport = nats.transport()(place(name));
  const note = (what: string): unknown => log.push(`${clock.frame} ${name} ${what}`);
  transport.state$.subscribe({
    next: note,
    error: ({ code }) => note(code),
    complete: () => note('closed'),
  });
  transport.subscribe('all', (delivery) => note(textOf(delivery)));
  transport.subscribe(`re.${name}`, (delivery) => note(textOf(delivery)));
  return transport;
}

/** Two nodes that are up; the log begins behind it. */
function pair(): [Transport, Transport] {
  const nodes = [node('a'), node('b')] as [Transport, Transport];
  clock.advance(10);
  log.length = 0;
  return nodes;
}

const say = (transport: Transport, text: string): void =>
  transport.publish('all', bytesOf(text), undefined);

describe('memoryNats', () => {
  it('takes its latency, and nothing comes within the call, not even without (D70)', () => {
    open({ latency: 0 });
    const [a] = pair();
    say(a, '1');
    expect(log).toEqual([]);

    clock.advance(0);
    expect(log).toEqual(['10 a all 1', '10 b all 1']);
  });

  it('refuses instances of classes in what is sent (D23)', () => {
    expect(node('a').strict).toBe(true);
  });

  it('loses what a node that is cut sends and is sent, which finds out in 3 s (D8, D70)', () => {
    const [a, b] = pair();
    say(a, 'on its way');
    nats.cut('b');
    say(b, 'lost');
    a.publish('re.b', bytesOf('lost'), 're.a');
    clock.advance(2_999);
    expect(log).toEqual(['11 a all on its way']);

    clock.advance(1_000);
    nats.heal('b');
    clock.advance(200);
    say(a, 'again');
    clock.advance(1);
    expect(log.slice(1)).toEqual([
      '3010 b down',
      '4110 b up',
      '4210 a all again',
      '4210 b all again',
    ]);
  });

  it('has a cut node go on where it was if it is healed before that (D70)', () => {
    const [a] = pair();
    nats.cut('b');
    clock.advance(2_000);
    nats.heal('b');
    nats.cut('a');
    nats.heal();
    clock.advance(5_000);
    say(a, '1');
    clock.advance(1);

    expect(log).toEqual(['7011 a all 1', '7011 b all 1']);
  });

  it('counts the 3 s of each cut anew (D8, D70)', () => {
    pair();
    nats.cut('b');
    clock.advance(2_000);
    nats.heal('b');
    nats.cut('b');
    clock.advance(2_999);
    expect(log).toEqual([]);

    clock.advance(1);
    expect(log).toEqual(['5010 b down']);
  });

  it('splits, with "no responders" across and the keys on the first side (D70)', () => {
    const [a, b] = pair();
    node('c');
    clock.advance(10);
    log.length = 0;
    nats.split(['a'], ['b']);
    say(a, 'from a');
    say(b, 'from b');
    a.publish('re.b', bytesOf('?'), 're.a');
    for (const each of [a, b]) {
      each.registry.create('n.x', bytesOf('')).subscribe({
        next: (revision) => log.push(`${clock.frame} revision ${revision}`),
        error: ({ code }) => log.push(`${clock.frame} ${code}`),
      });
    }
    clock.advance(3_000);
    nats.heal();
    say(b, 'healed');
    clock.advance(1);

    expect(log).toEqual([
      ...['21 a all from a', '21 c all from a', '21 b all from b', '21 c all from b'],
      ...['21 a re.a refused', '21 revision 1', '2020 Unavailable'],
      ...['3021 a all healed', '3021 b all healed', '3021 c all healed'],
    ]);
  });

  it('stops and starts at once: everybody reconnects, what is on its way is lost (D70)', () => {
    const [a] = pair();
    say(a, 'lost');
    nats.stop();
    nats.start();
    clock.advance(50);
    say(a, 'lost');
    clock.advance(51);
    say(a, 'arrives');
    clock.advance(1);

    expect(log).toEqual([
      ...['10 a down', '10 b down', '111 a up', '111 b up'],
      ...['112 a all arrives', '112 b all arrives'],
    ]);
  });

  it('tells a node that was cut while the server restarted when it is healed (D70)', () => {
    const [, b] = pair();
    nats.cut('b');
    nats.stop();
    nats.start();
    clock.advance(500);
    nats.heal('b');
    clock.advance(101);
    say(b, '1');
    clock.advance(1);

    expect(log).toEqual([
      ...['10 a down', '111 a up', '510 b down', '611 b up'],
      ...['612 a all 1', '612 b all 1'],
    ]);
  });

  it('freezes a node: all comes when it thaws, in order, without "no responders" (D70)', () => {
    const [a, b] = pair();
    nats.freeze('b');
    say(a, '1');
    say(b, '2');
    a.publish('re.b', bytesOf('3'), 're.a');
    b.reconnect();
    clock.advance(5_000);
    expect(log).toEqual(['11 a all 1']);

    nats.thaw('b');
    say(a, '4');
    clock.advance(1);
    expect(log.slice(1)).toEqual([
      ...['5010 b all 1', '5010 b re.b 3'],
      ...['5011 a all 4', '5011 b all 4', '5011 a all 2', '5011 b all 2'],
    ]);
  });

  it('hands over what waited before what comes while it thaws (D69, D70)', () => {
    open({ latency: 0 });
    const [a] = pair();
    nats.freeze('b');
    say(a, '1');
    clock.advance(0);
    say(a, '2');
    nats.thaw('b');
    clock.advance(0);

    expect(log.filter((line) => line.includes(' b '))).toEqual(['10 b all 1', '10 b all 2']);
  });

  it('kills a node: the server knows, the node hears nothing more (D7, D70)', () => {
    const [a, b] = pair();
    nats.kill('b');
    a.publish('re.b', bytesOf('?'), 're.a');
    say(b, 'never');
    b.reconnect();
    clock.advance(5_000);

    expect(log).toEqual(['11 a re.a refused']);
  });

  it('revokes the credentials of a node, whose connection fails (D66)', () => {
    const [, b] = pair();
    nats.revoke('b');
    clock.advance(5_000);
    say(b, 'never');
    clock.advance(5_000);

    expect(log).toEqual(['10 b Unavailable']);
  });

  it('stops JetStream and starts it again, with its keys (D41)', () => {
    const [{ registry }] = pair();
    const told = {
      next: (value: unknown) => log.push(`${value}`),
      error: ({ code }: { code: string }) => log.push(code),
    };
    registry.create('n.x', bytesOf('')).subscribe(told);
    nats.keepKeys(false);
    registry.remove('n.x', 1).subscribe(told);
    nats.keepKeys(true);
    registry.remove('n.x', 1).subscribe(told);
    clock.advance(1);

    expect(log).toEqual(['1', 'Unavailable', 'true']);
  });

  it('does what a question asks for also when the answer is lost (D41)', () => {
    const [{ registry }] = pair();
    const codes: string[] = [];
    registry.create('n.x', bytesOf('')).subscribe({ error: ({ code }) => codes.push(code) });
    nats.stop();
    clock.advance(1_999);
    expect(codes).toEqual([]);
    clock.advance(1);
    nats.start();
    clock.advance(200);
    registry.read('n.x').subscribe((entry) => log.push(`revision ${entry?.revision}`));
    clock.advance(1);

    expect(codes).toEqual(['Unavailable']);
    expect(log.at(-1)).toBe('revision 1');
  });

  describe('by chance', () => {
    /** What of 100 messages comes, and when. */
    const run = (seed: number, broken: (on: MemoryNats) => void): string[] => {
      clock = new Clock();
      open({ seed });
      const [a] = pair();
      broken(nats);
      for (let i = 0; i < 100; i++) say(a, `${i}`);
      clock.advance(1_000);
      return log.splice(0).filter((line) => line.includes(' b all '));
    };
    const order = (lines: string[]): number[] =>
      lines.map((line) => Number(line.split(' ').at(-1)));
    const inOrder = (lines: string[]): boolean =>
      order(lines).every((number, at, all) => at === 0 || number > (all[at - 1] as number));

    it('loses a part, the same for the same seed (D70)', () => {
      const lose = (on: MemoryNats): void => on.lose(0.5);
      const heard = run(1, lose);

      expect(heard.length).toBeGreaterThan(25);
      expect(heard.length).toBeLessThan(75);
      expect(run(1, lose)).toEqual(heard);
      expect(run(2, lose)).not.toEqual(heard);
      expect(inOrder(heard)).toBe(true);
    });

    it('delays, in order, the same for the same seed (D70)', () => {
      const delay = (on: MemoryNats): void => on.delay('5ms', '50ms');
      const heard = run(1, delay);
      const times = heard.map((line) => Number(line.split(' ')[0]));

      expect(heard).toHaveLength(100);
      expect(inOrder(heard)).toBe(true);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(16);
      expect(Math.max(...times)).toBeLessThanOrEqual(61);
      // Whoever is fast waits behind the slow.
      expect(times[0]).toBeLessThan(times[50] as number);
      expect(times[50]).toBeGreaterThan(50);
      expect(run(1, delay)).toEqual(heard);
    });
  });

  it.each([
    { what: 'an unknown option', run: () => open({ late: 1 } as object), code: 'Invalid' },
    { what: 'a latency that is none', run: () => open({ latency: -1 }), code: 'Invalid' },
    { what: 'a seed that is none', run: () => open({ seed: 0.5 }), code: 'Invalid' },
    { what: 'a maxPayload that is none', run: () => open({ maxPayload: 0 }), code: 'Invalid' },
    { what: 'no scheduler', run: () => open({ scheduler: undefined as never }), code: 'Invalid' },
    { what: 'a probability that is none', run: () => nats.lose(1.5), code: 'Invalid' },
    { what: 'a delay that is none', run: () => nats.delay(1, 'x'), code: 'Invalid' },
    { what: 'to cut nobody', run: () => nats.cut('q'), code: 'NotFound' },
    { what: 'to split nobody off', run: () => nats.split(['q']), code: 'NotFound' },
  ])('refuses $what (D70)', ({ run, code }) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});
