import { describe, expect, it } from '@jest/globals';
import { broadcast, done, exit, reply, report, send, topic } from '../../lib/core/index.js';
import { message } from '../../lib/testing/index.js';

describe('commands', () => {
  const question = message(topic<number>('ask'), 1, '{main|0x00002}');
  const boom = new Error('boom');

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
      data: { type: 'broadcast', group: 'g', topic: 'tick', payload: 1, scope: undefined },
    },
    {
      what: 'broadcast in a scope',
      command: broadcast('g', topic<number>('tick'), 1, { scope: 's' }),
      data: { type: 'broadcast', group: 'g', topic: 'tick', payload: 1, scope: 's' },
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
});
