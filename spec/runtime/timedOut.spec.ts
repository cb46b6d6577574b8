import { describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER } from 'rxjs';
import { act, type Behavior, type SystemOptions } from '../../lib/index.js';
import { drills } from '../../lib/testing/live/drills.js';
import { Clock, idle, leaver, quiet, reads, settled } from '../support/runtime.js';

const listener: Behavior = (inbox, self) =>
  merge(self.listen('ask').pipe(act(() => NEVER)), inbox.pipe(ignoreElements()));

interface Row {
  readonly what: string;
  readonly behavior: Behavior;
  readonly options?: SystemOptions;
  readonly before?: number;
  readonly text: string;
}

const WAITS = 'the message still waits in the mailbox, behind';

const ROWS: readonly Row[] = [
  {
    what: 'was read',
    behavior: reads([]),
    before: 2,
    text: 'the message was read and not answered',
  },
  {
    what: 'is in work',
    behavior: (inbox) => inbox.pipe(act(() => NEVER)),
    text: 'the message was read and not answered',
  },
  {
    what: 'waits behind another',
    behavior: (inbox) => inbox.pipe(act(() => NEVER)),
    before: 3,
    text: `${WAITS} 2 others, and its reader is at work`,
  },
  {
    what: 'waits for a listener',
    behavior: listener,
    before: 2,
    text: `${WAITS} 1 others, and its reader is at work`,
  },
  {
    what: 'waits for a reader that never was',
    behavior: idle,
    before: 1,
    text: `${WAITS} 1 others, and nobody reads it`,
  },
  {
    what: 'waits for a reader that has left',
    behavior: leaver,
    text: `${WAITS} 0 others, and nobody reads it`,
  },
  {
    what: 'made room for others',
    behavior: idle,
    options: { mailbox: { capacity: 1, overflow: 'dropOldest' } },
    text: 'the message was dropped, or read and not answered',
  },
];

describe('the text of a timeout', () => {
  it.each(ROWS)(
    'says that the message $what (M13)',
    async ({ behavior, options, before = 0, text }) => {
      const scheduler = new Clock();
      const system = quiet({ ...options, scheduler });
      system.spawn(behavior, { name: 'target' });
      const errors: string[] = [];
      for (let n = 0; n < before; n++) system.send('target', 'ask', n);
      system.call('target', 'ask', 1).subscribe({ error: ({ message }) => errors.push(message) });
      if (options !== undefined) system.send('target', 'ask', 'later');
      await settled(system);

      scheduler.advance(5_000);
      expect(errors).toEqual([`no reply from target to ask within 5000 ms: ${text}`]);
    },
  );

  it('says that the message has yet to arrive, of a system that is busy (M13)', () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const pid = system.spawn(reads([]));
    const errors: string[] = [];
    system.call(pid, 'ask', 1).subscribe({ error: ({ message }) => errors.push(message) });

    scheduler.advance(5_000);
    expect(errors).toEqual([expect.stringContaining('has yet to arrive')]);
  });

  it('does not say that a message was read which a drill may have lost (M13)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const pid = system.spawn(reads([]));
    const errors: string[] = [];
    drills(system).on({ to: pid }, 'drop');
    system.call(pid, 'ask', 1).subscribe({ error: ({ message }) => errors.push(message) });
    await settled(system);

    scheduler.advance(5_000);
    expect(errors).toEqual([expect.stringContaining('was dropped, or read')]);
  });
});
