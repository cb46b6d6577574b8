import { describe, expect, it, jest } from '@jest/globals';
import { map, NEVER, of, Subject, throwError } from 'rxjs';
import { type DomainEvent, fromDomainEvents } from '../../../lib/channels/index.js';
import { marbles } from '../../support/marbles.js';
import { collect } from '../../support/runtime.js';
import { scene } from './scene.js';

const placed = { name: 'order.placed', payload: { id: 7 } };
const paid = { name: 'order.paid', payload: undefined };
const cyclic: { self?: object } = {};
cyclic.self = cyclic;

const WRONG = [
  { what: 'no event', event: undefined, text: 'undefined is no event: give { name, payload }' },
  { what: 'an event without a name', event: {}, text: 'undefined is no name of an event' },
  { what: 'an empty name', event: { name: '' }, text: '"" is no name of an event' },
  { what: 'a reserved name', event: { name: 'rx:x' }, text: 'that begin with rx: are reserved' },
  { what: 'a cycle', event: { name: 'a', payload: cyclic }, text: 'has no JSON' },
  { what: 'a bigint', event: { name: 'a', payload: 1n }, text: 'has no JSON' },
];

describe('fromDomainEvents', () => {
  it(
    'makes messages of events, and ends as they do (B11)',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot(' -a--b--|', { a: placed, b: paid });
      const subs = '       ^------!';
      const expected = '   -a--b--|';

      const payload$ = fromDomainEvents(events).pipe(map(({ type, payload }) => [type, payload]));

      expectObservable(payload$).toBe(expected, {
        a: ['event', { event: 'order.placed', data: { id: 7 } }],
        b: ['event', { event: 'order.paid', data: null }],
      });
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes an error on, and unsubscribes',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const broken = hot(' --#');
      const endless = hot('---');
      const unsub = '      -!';

      expectObservable(fromDomainEvents(broken as never)).toBe('--#');
      expectObservable(fromDomainEvents(endless as never), unsub).toBe('---');
      expectSubscriptions(endless.subscriptions).toBe('^!');
    }),
  );

  it.each(WRONG)('tells onError of $what, and goes on (B11)', ({ event, text }) => {
    const errors: unknown[] = [];
    const events$ = of(placed, event as DomainEvent, placed);
    const onError = (error: Error, wrong: unknown) => errors.push([error.message, wrong]);

    const names = collect(fromDomainEvents(events$, { onError }), ({ payload }) => payload);

    expect(names).toHaveLength(2);
    expect(errors).toEqual([[expect.stringContaining(text), event]]);
  });

  it('warns of one that is wrong where no onError is given, and goes on (I11)', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const sent = collect(fromDomainEvents(of({ name: '', payload: 'secret' }, placed)));

    const text = 'fromDomainEvents: an event was left out: "" is no name of an event: give a text';
    const warning = { type: 'RxProcessWarning', code: 'DOMAIN_EVENT' };
    expect(emit.mock.calls).toEqual([[text, warning]]);
    emit.mockRestore();
    expect(sent).toHaveLength(1);
  });

  it('errors with what onError throws', () => {
    const errors: unknown[] = [];
    const onError = (error: Error) => {
      throw error;
    };

    fromDomainEvents(of({ name: '', payload: 0 }), { onError }).subscribe({
      error: (error) => errors.push(error.code),
    });

    expect(errors).toEqual(['Invalid']);
  });

  it('keeps the order of events that cause others', () => {
    const { manager, client } = scene();
    const ann = client();
    const events$ = new Subject<DomainEvent>();
    const names: unknown[] = [];
    fromDomainEvents(events$).subscribe((message) => {
      names.push((message.payload as { event: string }).event);
      if (names.length === 1) events$.next({ name: 'second', payload: 0 });
      manager.broadcast(message);
    });

    events$.next({ name: 'first', payload: 0 });

    expect(names).toEqual(['first', 'second']);
    expect(ann.map((text) => JSON.parse(text).payload.event)).toEqual(['first', 'second']);
  });

  it('refuses an unknown option (I7)', () => {
    expect(() => fromDomainEvents(NEVER, { onEror: () => {} } as never)).toThrow(
      "fromDomainEvents: unknown option 'onEror'; did you mean 'onError'?",
    );
    expect(() =>
      fromDomainEvents(
        throwError(() => 1),
        5 as never,
      ),
    ).toThrow('an object, not 5');
  });
});
