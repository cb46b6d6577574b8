import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { ws } from '../../lib/protocol/index.js';
import { leave as leaveOf } from '../../lib/relay/closing.js';
import type { State } from '../../lib/relay/index.js';
import { open, step } from '../../lib/relay/step.js';
import { message } from '../../lib/testing/marbles/message.js';
import {
  beat,
  CLIENT,
  cancel,
  closed,
  exited,
  frame,
  LOBBY,
  leave,
  linkDown,
  lobbyRoute,
  ROOM,
  worldOf,
} from './support.js';

const world = worldOf(new VirtualTimeScheduler());
const opened: State = { phase: 'open', route: lobbyRoute, received: 3 };
const closing: State = {
  phase: 'closing',
  route: lobbyRoute,
  cause: { type: 'close', code: 1000, reason: '' },
  draining: false,
};
const over: State = { phase: 'closed', route: lobbyRoute, code: 1000, cut: false };

/** Everything that can happen to a connection. */
const events = {
  frame: frame('a'),
  closed: closed(1000),
  violation: { type: 'violation', code: 1002 },
  silent: { type: 'silent' },
  congested: { type: 'congested' },
  limited: { type: 'limited' },
  exceeded: { type: 'exceeded', limit: 'idle' },
  beat: { type: 'beat' },
  overdue: { type: 'overdue' },
  shutdown: { type: 'shutdown' },
  drain: { type: 'drain', code: 1012, retry: 5 },
  expired: { type: 'expired' },
  refused: { type: 'refused' },
  exit: exited(LOBBY, { type: 'normal' }),
  cancel: cancel(),
  linkDown: linkDown({ type: 'killed' }),
  send: message(ws.send, { data: 'hi' }),
  close: message(ws.close),
  control: message(ws.control, { target_pid: ROOM }),
  other: message('other'),
} as const;

type Event = keyof typeof events;
type Phase = State['phase'];

describe('step', () => {
  it.each<{ event: Event; whenOpen: Phase; whenClosing: Phase; whenClosed: Phase }>([
    { event: 'frame', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'closed', whenOpen: 'closed', whenClosing: 'closed', whenClosed: 'closed' },
    { event: 'violation', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'silent', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'congested', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'limited', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'exceeded', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'beat', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'overdue', whenOpen: 'open', whenClosing: 'closed', whenClosed: 'closed' },
    { event: 'shutdown', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'drain', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'expired', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'refused', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'exit', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'cancel', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'linkDown', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'send', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'close', whenOpen: 'closing', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'control', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
    { event: 'other', whenOpen: 'open', whenClosing: 'closing', whenClosed: 'closed' },
  ])(
    'goes on $event from open to $whenOpen, from closing to $whenClosing, from closed to $whenClosed',
    ({ event, whenOpen, whenClosing, whenClosed }) => {
      const phaseAfter = (state: State): Phase => step(state, events[event], world)[0].phase;

      expect(phaseAfter(opened)).toBe(whenOpen);
      expect(phaseAfter(closing)).toBe(whenClosing);
      expect(phaseAfter(over)).toBe(whenClosed);
    },
  );

  it.each(['drain', 'expired', 'shutdown'] as const)(
    'closes on %s while it waits for its target, too (X9, X13, Q14)',
    (event) => {
      const waiting = { ...opened, phase: 'waiting', exit: { type: 'killed' } } as State;

      expect(step(waiting, events[event], world)[0].phase).toBe('closing');
    },
  );

  it.each(Object.keys(events) as Event[])('does nothing on %s after the end (L2)', (name) => {
    expect(step(over, events[name], world)).toEqual([over]);
  });

  it.each(Object.keys(events) as Event[])('never changes a state in place: %s', (name) => {
    for (const state of [opened, closing, over]) {
      const before = structuredClone(state);
      step(Object.freeze(state), events[name], world);
      expect(state).toEqual(before);
    }
  });

  it('counts frames, and nothing else (L5, L6)', () => {
    const counts = Object.values(events)
      .map((event) => step(opened, event, world)[0])
      .map((state) => ('received' in state ? state.received : undefined));

    expect(counts.filter((count) => count === 4)).toHaveLength(1);
    expect(step(closing, events.frame, world)[0]).toBe(closing);
  });

  it('does not care for the exit of a process that is not its target (X6)', () => {
    expect(step(opened, exited(ROOM, { type: 'killed' }), world)).toEqual([opened]);
  });

  it("takes a linked process's shutdown for that process's end, not for its own (causes g, j)", () => {
    const down = linkDown({ type: 'shutdown' });
    const code = (event: typeof down) => step(opened, event, world)[1];

    expect(code(down)).toEqual({ type: 'close', code: 1011, reason: 'linked process exited' });
    expect(code({ ...down, from: undefined } as typeof down)).toEqual({
      type: 'close',
      code: 1001,
      reason: 'server shutting down',
    });
  });

  it('takes the canonical PID of a new target (P4, X5)', () => {
    const nodeless = { ...world, find: () => LOBBY };
    const same = step(opened, message(ws.control, { target_pid: '{node@main|0x0000a}' }), nodeless);

    expect(same).toEqual([opened]);
  });

  it('beats with the uptime since the 101 (L5)', () => {
    const later = { ...world, since: 250, now: () => 1_750 };

    expect(step(opened, events.beat, later)[1]).toEqual({
      ...beat(1_500, 3),
      payload: expect.objectContaining({ uptime: '1.5s', uptime_ms: 1_500, message_count: 3 }),
    });
  });
});

describe('open', () => {
  it('is open with the join as its first command, having received nothing (L2)', () => {
    expect(open(lobbyRoute, world)).toEqual([
      { phase: 'open', route: lobbyRoute, received: 0 },
      {
        type: 'send',
        to: LOBBY,
        topic: 'ws.join',
        payload: { client_pid: CLIENT, metadata: lobbyRoute.metadata },
      },
    ]);
  });
});

describe('leave', () => {
  it('is for the living, and for a reason', () => {
    expect(leaveOf(lobbyRoute, 'bye', world)).toEqual([leave('bye')]);
    expect(leaveOf(lobbyRoute, undefined, world)).toEqual([]);
    expect(leaveOf(lobbyRoute, 'bye', worldOf(new VirtualTimeScheduler(), [LOBBY]))).toEqual([]);
  });
});
