import { describe, expect, it } from '@jest/globals';
import { map, type Observable, type OperatorFunction, Subject, tap } from 'rxjs';
import type { Command, Message, Pid } from '../../lib/index.js';
import { type Outcome, paced, type Send, ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import { refused, turns } from '../support/runtime.js';

const CLIENT: Pid = '{relay|0x00001}';
const OTHER: Pid = '{relay|0x00002}';

/** One item for each letter; `log` hears what was pulled, and `-` when it was ended early. */
function* letters(text: string, log: string[] = []): Generator<Send> {
  let isDone = false;
  try {
    for (const data of text) {
      log.push(data);
      yield { data };
    }
    isDone = true;
  } finally {
    if (!isDone) log.push('-');
  }
}

async function* later(text: string, log?: string[]): AsyncGenerator<Send> {
  for (const item of letters(text, log)) yield item;
}

const boom = new Error('boom');

/** Gives one item and fails. */
function* failing(): Generator<Send> {
  yield { data: 'a' };
  throw boom;
}

async function* failingLater(): AsyncGenerator<Send> {
  yield* failing();
}

const fail = (): never => {
  throw boom;
};

const dataOf = (command: Command): unknown => (command as { payload: Send }).payload.data;

function ackOf(command: Command | undefined, outcome: Outcome = 'sent'): Message {
  const { ack } = (command as { payload: Send } | undefined)?.payload ?? {};
  return message(ws.sent, { client_pid: CLIENT, ref: ack, outcome }, { from: CLIENT });
}

const leaves = (client_pid: Pid): Message =>
  message(ws.leave, { client_pid, reason: 'x', metadata: {} });

/**
 * What a paced stream sends, as text, over a diagram of its inbox: `k` says that the oldest frame on its way
 * was sent and `d` that it was dropped, `l` that the client leaves; `o` and `f` are about others.
 */
function sends(signs: Observable<string>, stream: OperatorFunction<Message, Command>) {
  const onTheirWay: Command[] = [];
  const messageOf: Record<string, () => Message> = {
    k: () => ackOf(onTheirWay.shift()),
    d: () => ackOf(onTheirWay.shift(), 'dropped'),
    l: () => leaves(CLIENT),
    o: () => leaves(OTHER),
    f: () => message(ws.sent, { client_pid: CLIENT, ref: {}, outcome: 'dropped' }),
  };
  return signs.pipe(
    map((sign) => (messageOf[sign] as () => Message)()),
    stream,
    tap((command) => onTheirWay.push(command)),
    map(dataOf),
  );
}

describe('paced, from a source that is pulled at once (W10)', () => {
  it.each<{
    what: string;
    items: string;
    window?: number;
    inbox: string;
    subs: string;
    expected: string;
    pulled: string;
  }>([
    {
      what: 'pulls while fewer than the window are on their way, and ends behind the last',
      items: 'abcde',
      window: 2,
      inbox: '   -----k-k-k-k-k',
      subs: '    ^------------!',
      expected: '(ab)-c-d-e---|',
      pulled: 'abcde',
    },
    {
      what: 'pulls all where there are fewer than 16, the window by default',
      items: 'ab',
      inbox: '   ----kk',
      subs: '    ^----!',
      expected: '(ab)-|',
      pulled: 'ab',
    },
    {
      what: 'ends at once where there is nothing',
      items: '',
      inbox: '   -----',
      subs: '    (^!)',
      expected: '|',
      pulled: '',
    },
    {
      what: 'ends, and ends the source, where a frame was dropped',
      items: 'abcde',
      window: 2,
      inbox: '   -----d-k',
      subs: '    ^----!',
      expected: '(ab)-|',
      pulled: 'ab-',
    },
    {
      what: 'ends, and ends the source, when its client leaves, and no other',
      items: 'abcde',
      window: 2,
      inbox: '   ----o-l-k',
      subs: '    ^-----!',
      expected: '(ab)--|',
      pulled: 'ab-',
    },
    {
      what: 'waits on where the acknowledgement is of other frames',
      items: 'abcde',
      window: 2,
      inbox: '   ----f-f-k',
      subs: '    ^--------',
      expected: '(ab)----c',
      pulled: 'abc',
    },
    {
      what: 'ends with its inbox, which brings no more acknowledgements',
      items: 'abcde',
      window: 2,
      inbox: '   ----|',
      subs: '    ^---!',
      expected: '(ab)|',
      pulled: 'ab-',
    },
    {
      what: 'fails with its inbox',
      items: 'abcde',
      window: 2,
      inbox: '   ----#',
      subs: '    ^---!',
      expected: '(ab)#',
      pulled: 'ab-',
    },
  ])('$what', ({ items, window, inbox, subs, expected, pulled }) => {
    const log: string[] = [];
    marbles((h) => {
      const signs = h.hot(inbox);

      const sends$ = sends(signs, paced(CLIENT, letters(items, log), { window }));

      h.expectObservable(sends$).toBe(expected);
      h.expectSubscriptions(signs.subscriptions).toBe(subs);
    })();

    expect(log.join('')).toBe(pulled);
  });

  it('is ended by its subscriber, and ends the source', () => {
    const log: string[] = [];
    marbles((h) => {
      const signs = h.hot('  -----k-k');
      const unsub = '        ^-----!';
      const subs = '         ^-----!';
      const expected = '     (ab)-c';

      const sends$ = sends(signs, paced(CLIENT, letters('abcde', log), { window: 2 }));

      h.expectObservable(sends$, unsub).toBe(expected);
      h.expectSubscriptions(signs.subscriptions).toBe(subs);
    })();

    expect(log.join('')).toBe('abc-');
  });
});

/** A paced stream in the hands of a spec: what it did, and its frames that are not acknowledged. */
function start(stream: OperatorFunction<Message, Command>) {
  const inbox = new Subject<Message>();
  const log: unknown[] = [];
  const onTheirWay: Command[] = [];
  const subscription = inbox.pipe(stream).subscribe({
    next: (command) => {
      onTheirWay.push(command);
      log.push(dataOf(command));
    },
    error: (error) => log.push(error),
    complete: () => log.push('|'),
  });
  const ack = (outcome?: Outcome): void => inbox.next(ackOf(onTheirWay.shift(), outcome));
  return { inbox, log, onTheirWay, ack, subscription };
}

describe('paced, from a source that takes its time (W10)', () => {
  it('pulls one item at a time, and no more than the window lets through', async () => {
    const pulled: string[] = [];
    const { log, ack } = start(paced(CLIENT, later('abcd', pulled), { window: 2 }));
    await turns(2);
    expect(pulled).toEqual(['a', 'b']);
    ack();
    ack();
    await turns(2);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    ack();
    ack();
    await turns(2);

    expect(log).toEqual(['a', 'b', 'c', 'd', '|']);
  });

  it.each<{ what: string; end: (at: ReturnType<typeof start>) => void; last: unknown[] }>([
    {
      what: 'its subscriber leaves',
      end: ({ subscription }) => subscription.unsubscribe(),
      last: [],
    },
    { what: 'its client leaves', end: ({ inbox }) => inbox.next(leaves(CLIENT)), last: ['|'] },
    { what: 'a frame was dropped', end: ({ ack }) => ack('dropped'), last: ['|'] },
  ])(
    'ends the source when $what, and what that still brings is not sent',
    async ({ end, last }) => {
      const pulled: string[] = [];
      const at = start(paced(CLIENT, later('abcd', pulled), { window: 3 }));
      while (at.log.length < 2) await Promise.resolve();
      end(at);
      await turns(2);

      expect(at.log).toEqual(['a', 'b', ...last]);
      expect(pulled.at(-1)).toBe('-');
    },
  );

  it('hears nothing of what a source rejects with after the end', async () => {
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>((_, reject) => setImmediate(reject, boom)),
        return: () => Promise.reject(boom),
      }),
    };
    const { log, subscription } = start(paced(CLIENT, source));
    subscription.unsubscribe();
    await turns(3);

    expect(log).toEqual([]);
  });
});

describe('paced (W10)', () => {
  it.each([
    { what: 'at once', source: failing },
    { what: 'later', source: failingLater },
  ])('fails with its source that fails $what', async ({ source }) => {
    const { log } = start(paced(CLIENT, source()));
    await turns(2);

    expect(log).toEqual(['a', boom]);
  });

  it('fails where the source cannot be begun, and does not end what has failed itself', () => {
    const cannotBegin = {
      [Symbol.iterator]: () => {
        throw boom;
      },
    };
    const returned: string[] = [];
    const cannotGoOn = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw boom;
        },
        return: () => {
          returned.push('return');
          return { done: true as const, value: undefined };
        },
      }),
    };

    expect(start(paced(CLIENT, cannotBegin)).log).toEqual([boom]);
    expect(start(paced(CLIENT, cannotGoOn)).log).toEqual([boom]);
    expect(returned).toEqual([]);
  });

  it('goes on where an acknowledgement comes within its own send, and never pulls twice at a time', () => {
    const inbox = new Subject<Message>();
    const log: unknown[] = [];
    let depth = 0;
    inbox.pipe(paced(CLIENT, letters('abcdef'), { window: 1 })).subscribe({
      next: (command) => {
        expect(++depth).toBe(1);
        log.push(dataOf(command));
        inbox.next(ackOf(command));
        depth--;
      },
      complete: () => log.push('|'),
    });

    expect(log).toEqual([...'abcdef', '|']);
  });

  it('pulls for each of its subscribers, and takes only their own acknowledgements', () => {
    const items = [{ data: 'a' }, { data: 'b' }];
    const stream = paced(CLIENT, items, { window: 1 });
    const [one, other] = [start(stream), start(stream)];
    other.inbox.next(ackOf(one.onTheirWay[0]));
    expect(other.log).toEqual(['a']);
    one.ack();

    expect(one.log).toEqual(['a', 'b']);
  });

  it('sends the item as it is, but for its ack', () => {
    const item: Send = { type: 'text', data: 'a', key: 'price', ack: 'mine' };
    const { onTheirWay } = start(paced(CLIENT, [item]));

    expect(onTheirWay).toEqual([
      { type: 'send', to: CLIENT, topic: ws.send, payload: { ...item, ack: expect.any(Symbol) } },
    ]);
  });

  it('is not broken by what anybody may send under its topics', () => {
    const { inbox, log } = start(paced(CLIENT, letters('ab'), { window: 1 }));
    for (const topic of ['ws.sent', 'ws.leave']) {
      for (const payload of [undefined, null, 7, 'text'])
        inbox.next(message(topic, payload as never));
    }

    expect(log).toEqual(['a']);
  });

  it('refuses what is no item, and ends the source', () => {
    const log: string[] = [];
    function* source(): Generator<Send> {
      try {
        yield 'text' as never;
      } finally {
        log.push('-');
      }
    }

    expect(start(paced(CLIENT, source())).log).toEqual([
      refused('Invalid', { message: 'paced: an item is { data }, not "text"' }),
    ]);
    expect(log).toEqual(['-']);
  });

  it('fails where an item cannot be read, also a late one, and ends the source (W10)', async () => {
    const log: string[] = [];
    const unreadable = (): Send =>
      Object.defineProperty({ data: '' }, 'data', { enumerable: true, get: fail });
    async function* source(): AsyncGenerator<Send> {
      try {
        yield unreadable();
      } finally {
        log.push('-');
      }
    }
    const late = start(paced(CLIENT, source()));
    await turns(1);

    expect([late.log, log]).toEqual([[boom], ['-']]);
    expect(start(paced(CLIENT, [unreadable()])).log).toEqual([boom]);
  });

  it.each<{ what: string; make: () => unknown; text: string }>([
    {
      what: 'a text for a source',
      make: () => paced(CLIENT, 'abc' as never),
      text: 'paced: give an',
    },
    { what: 'no source', make: () => paced(CLIENT, undefined as never), text: 'paced: give an' },
    { what: 'a window of 0', make: () => paced(CLIENT, [], { window: 0 }), text: 'paced: window' },
    {
      what: 'half a window',
      make: () => paced(CLIENT, [], { window: 1.5 }),
      text: 'paced: window',
    },
    {
      what: 'an unknown option',
      make: () => paced(CLIENT, [], { windw: 1 } as never),
      text: "paced: unknown option 'windw'",
    },
  ])('refuses $what (I7)', ({ make, text }) => {
    expect(make).toThrow(refused('Invalid', { message: expect.stringContaining(text) }));
  });
});
