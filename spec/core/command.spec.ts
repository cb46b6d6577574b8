import { describe, expect, it } from '@jest/globals';
import {
  broadcast,
  done,
  every,
  exit,
  join,
  leave,
  reply,
  report,
  send,
  sendAfter,
  topic,
} from '../../lib/core/index.js';
import { message } from '../../lib/testing/marbles/message.js';

describe('commands', () => {
  const question = message(topic<number>('ask'), 1, { from: '{main|0x00002}' });
  const boom = new Error('boom');
  const news = { type: 'broadcast', group: 'g', topic: 'tick', payload: 1 };

  it.each([
    {
      what: 'send',
      command: send('log', topic<number>('tick'), 1),
      data: { type: 'send', to: 'log', topic: 'tick', payload: 1 },
    },
    {
      what: 'send without a payload',
      command: send('log', 'tick'),
      data: { type: 'send', to: 'log', topic: 'tick', payload: undefined },
    },
    {
      what: 'broadcast',
      command: broadcast('g', topic<number>('tick'), 1),
      data: { ...news, scope: undefined, except: undefined },
    },
    {
      what: 'broadcast in a scope, but to one',
      command: broadcast('g', topic<number>('tick'), 1, { scope: 's', except: '{main|0x1}' }),
      data: { ...news, scope: 's', except: '{main|0x1}' },
    },
    {
      what: 'sendAfter',
      command: sendAfter('1.5s', 'log', topic<number>('tick'), 1),
      data: { type: 'sendAfter', millis: 1_500, to: 'log', topic: 'tick', payload: 1 },
    },
    {
      what: 'every',
      command: every(10, 'log', topic<number>('tick'), 1),
      data: { type: 'every', millis: 10, to: 'log', topic: 'tick', payload: 1 },
    },
    {
      what: 'join',
      command: join('g'),
      data: { type: 'join', group: 'g', pid: undefined, scope: undefined },
    },
    {
      what: 'leave of another',
      command: leave('g', '{main|0x1}', { scope: 's' }),
      data: { type: 'leave', group: 'g', pid: '{main|0x1}', scope: 's' },
    },
    { what: 'done', command: done(7), data: { type: 'done', value: 7 } },
    { what: 'done without a value', command: done(), data: { type: 'done', value: undefined } },
    {
      what: 'exit by a name',
      command: exit('shutdown'),
      data: { type: 'exit', reason: { type: 'shutdown' } },
    },
    {
      what: 'exit by an error',
      command: exit(boom),
      data: { type: 'exit', reason: { type: 'error', error: boom } },
    },
    {
      what: 'exit by a reason',
      command: exit({ type: 'shutdown', detail: 1 }),
      data: { type: 'exit', reason: { type: 'shutdown', detail: 1 } },
    },
    {
      what: 'reply',
      command: reply(question, 2),
      data: { type: 'reply', message: question, payload: 2 },
    },
    {
      what: 'reply without a payload',
      command: reply(question),
      data: { type: 'reply', message: question, payload: undefined },
    },
    {
      what: 'report',
      command: report(boom, question),
      data: { type: 'report', error: boom, message: question },
    },
    {
      what: 'report of nothing',
      command: report(undefined, question),
      data: { type: 'report', error: new Error('thrown: undefined'), message: question },
    },
  ])('$what is plain data', ({ command, data }) => {
    expect(command).toStrictEqual(data);
  });

  it.each<{ what: string; make: () => unknown }>([
    { what: 'a negative delay', make: () => sendAfter(-1, 'x', 'y', 1) },
    { what: 'a delay without a unit', make: () => sendAfter('5', 'x', 'y', 1) },
    { what: 'an interval that is no duration', make: () => every('often', 'x', 'y', 1) },
    { what: 'an interval of nothing', make: () => every('0s', 'x', 'y', 1) },
  ])('refuses $what as the command is made: Invalid (M15)', ({ make }) => {
    expect(make).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });
});
