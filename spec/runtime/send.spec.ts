import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, ignoreElements, NEVER, of, tap } from 'rxjs';
import { type SystemEvent, send } from '../../lib/index.js';
import { Clock, collect, puppet, reads, settled } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

describe.each(WORLDS)('send, $world', ({ quiet, either }) => {
  it('reaches a PID and a registered name (M1)', async () => {
    const system = quiet();
    const { pid, log } = await puppet(system, { name: 'printer' });

    expect([
      system.send(pid, 'by', 'pid'),
      system.send(either('names', 'printer', pid), 'by', 'name'),
    ]).toEqual([true, true]);
    await settled(system);
    expect(log).toEqual(['by pid', 'by name']);
  });

  it.each(['@pid/inbox', '@x', '@', ''])('refuses the topic %j (M2)', async (topic) => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    const invalid = expect.objectContaining({ code: 'Invalid' });

    expect(() => system.send(pid, topic, 1)).toThrow(invalid);
    expect(() => self.send(pid, topic, 1)).toThrow(invalid);
    expect(() => self.call(pid, topic, 1)).toThrow(invalid);
    expect(() => self.listen(topic)).toThrow(invalid);
    await settled(system);
    expect(log).toEqual([]);
  });

  it('says why an @ topic is refused (M2)', () => {
    expect(() => quiet().send('nobody', '@x', 1)).toThrow('cannot send to @ topics');
  });

  it.each([undefined, null, 7, {}])('throws for the topic %p, which is no text (M5)', (topic) => {
    expect(() => quiet().send('x', topic as unknown as string, 1)).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it.each([undefined, null, 7, {}])(
    'throws for the destination %p, which is no text (M5)',
    (to) => {
      const system = quiet();
      const invalid = expect.objectContaining({ code: 'Invalid' });

      expect(() => system.send(to as unknown as string, 'x', 1)).toThrow(invalid);
      expect(() => system.terminate(to as unknown as string)).toThrow(invalid);
      expect(() => system.cancel(to as unknown as string)).toThrow(invalid);
      expect(() => system.exit(to as unknown as string, 'shutdown')).toThrow(invalid);
    },
  );

  it.each([
    { what: 'an unknown PID', to: '{main|0x99999}' },
    { what: 'an unknown name', to: 'nobody' },
    { what: 'a malformed destination', to: '{main' },
    { what: 'an empty one', to: '' },
  ])('is false for $what, and throws nothing (M5)', async ({ to }) => {
    const system = quiet();
    const { self } = await puppet(system);

    expect([system.send(to, 'x', 1), self.send(to, 'x', 1)]).toEqual([false, false]);
  });

  it('is false for a dead PID from the moment of its end (M5)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);

    expect(system.send(pid, 'x', 1)).toBe(true);
    self.exit('normal');
    expect(system.send(pid, 'x', 1)).toBe(either('far', false, true));
  });

  it('never runs a handler inside the stack of the sender, itself included (M4)', async () => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(
        tap(({ payload }) => {
          log.push(`begin ${payload}`);
          if ((payload as number) < 3) self.send(self.pid, 'again', (payload as number) + 1);
          log.push(`end ${payload}`);
        }),
        ignoreElements(),
      ),
    );
    system.send(pid, 'go', 1);
    log.push('sent');

    await settled(system);
    expect(log).toEqual(['sent', 'begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('shows the same order to every subscription of a process, also under a re-entrant send (M4)', async () => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn((inbox, self) => {
      inbox.subscribe(({ payload }) => {
        log.push(`a${payload}`);
        if (payload === 1) self.send(self.pid, 'x', 2);
      });
      inbox.subscribe(({ payload }) => log.push(`b${payload}`));
      return NEVER;
    });
    system.send(pid, 'x', 1);

    await settled(system);
    expect(log).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('is a command as well (M1)', async () => {
    const system = quiet();
    const { pid, log } = await puppet(system, { name: 'sink' });
    system.spawn(() => [
      send(pid, 'a', 1),
      send(either('names', 'sink', pid), 'b', 2),
      send('nobody', 'c', 3),
    ]);

    await settled(system);
    expect(log).toEqual(['a 1', 'b 2']);
  });

  it('delivers topic, payload and the PID of the sender, none from outside (M8)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const payload = { any: ['value'] };
    const target = system.spawn(reads(log, (message) => message));
    const { pid, self } = await puppet(system);
    self.send(target, 'hello', payload);
    system.send(target, 'hello');

    await settled(system);
    expect(log).toEqual([
      { topic: 'hello', payload, from: pid },
      { topic: 'hello', payload: undefined, from: undefined },
    ]);
  });

  it('cannot be made to carry another sender (M8)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const target = system.spawn(reads(log, ({ from }) => from));
    const forged = { ...send(target, 'x', 1), from: '{main|0x00666}' };
    const pid = system.spawn(() => concat(of(forged), NEVER));

    await settled(system);
    expect(log).toEqual([pid]);
  });

  it('returns to a sender that has ended meanwhile: its words are dropped (E3)', async () => {
    const system = quiet();
    const { pid, log } = await puppet(system);
    const late = await puppet(system);
    late.self.exit('normal');

    expect(late.self.send(pid, 'late', 1)).toBe(false);
    await settled(system);
    expect(log).toEqual([]);
  });

  it('to nobody is a deadLetter event, counted for each batch (§0)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    scheduler.advance(7);
    const events = collect<SystemEvent>(system.events$);
    system.send('nobody', 'x', 1);
    system.send('nobody', 'x', 2);
    await settled(system);

    expect(events).toEqual([
      {
        type: 'deadLetter',
        at: 7,
        to: 'nobody',
        topic: 'x',
        from: undefined,
        reason: 'no process',
        count: 2,
      },
    ]);
  });

  it('to nobody, from whoever hears of it, does not run up the stack (§0)', async () => {
    const system = quiet();
    let heard = 0;
    system.events$.subscribe(() => {
      if (++heard < 2_000) system.send('nobody', `x${heard}`, 1);
    });
    system.send('nobody', 'x', 1);

    await settled(system);
    expect(heard).toBe(2_000);
  });

  it('is true for a process that ends before the message arrives; nobody reads it (M5)', async () => {
    const system = quiet();
    const dying = system.spawn(() => EMPTY);
    const exits = collect(system.monitor(dying), ({ reason }) => reason.type);

    expect(system.send(dying, 'x', 1)).toBe(true);
    await settled(system);
    expect(exits).toEqual(either('watch', ['normal'], ['noproc']));
  });
});
