import { describe, expect, it } from '@jest/globals';
import { broadcast, done, exit, reply, report, send, topic } from '../../lib/core/index.js';
import { message } from '../../lib/testing/index.js';

describe('commands', () => {
  const question = message(topic<number>('ask'), 1, '{main|0x00002}');
  const boom = new Error('boom');

  it.each([
    [
      'send',
      send('log', topic<number>('tick'), 1),
      { type: 'send', to: 'log', topic: 'tick', payload: 1 },
    ],
    [
      'broadcast',
      broadcast('g', topic<number>('tick'), 1),
      { type: 'broadcast', group: 'g', topic: 'tick', payload: 1, scope: undefined },
    ],
    [
      'broadcast in a scope',
      broadcast('g', topic<number>('tick'), 1, { scope: 's' }),
      { type: 'broadcast', group: 'g', topic: 'tick', payload: 1, scope: 's' },
    ],
    ['done', done(7), { type: 'done', value: 7 }],
    ['done without a value', done(), { type: 'done', value: undefined }],
    ['exit by a name', exit('shutdown'), { type: 'exit', reason: { type: 'shutdown' } }],
    ['exit by an error', exit(boom), { type: 'exit', reason: { type: 'error', error: boom } }],
    [
      'exit by a reason',
      exit({ type: 'shutdown', detail: 1 }),
      { type: 'exit', reason: { type: 'shutdown', detail: 1 } },
    ],
    ['reply', reply(question, 2), { type: 'reply', message: question, payload: 2 }],
    ['report', report(boom, question), { type: 'report', error: boom, message: question }],
    [
      'report of nothing',
      report(undefined, question),
      { type: 'report', error: new Error('thrown: undefined'), message: question },
    ],
  ])('%s is plain data', (_what, command, data) => {
    expect(command).toStrictEqual(data);
  });
});
