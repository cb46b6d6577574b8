import { describe, expect, it } from '@jest/globals';
import { readAsk } from '../../lib/devtools/readAsk.js';

const window = { sort: 'depth', descending: true, filter: 'room', from: 40, count: 20 };

describe('readAsk', () => {
  it.each([
    { ask: { id: 1, watch: 'overview' } },
    { ask: { id: 1, stop: true } },
    { ask: { id: 2, watch: 'processes', ...window } },
    { ask: { id: 3, watch: 'tree' } },
    { ask: { id: 4, watch: 'process', pid: '{a|1}' } },
    { ask: { id: 5, watch: 'life', of: 'room.*', next: true, follow: false } },
    { ask: { id: 6, watch: 'connections', ...window, sort: 'buffered' } },
    { ask: { id: 7, watch: 'channels', ...window, sort: 'members' } },
    { ask: { id: 8, watch: 'channel', name: 'chat:1' } },
    { ask: { id: 9, watch: 'events', types: ['drop'], filter: '' } },
    { ask: { id: 10, spec: { life: 5, pid: '{a|1}', grain: 10 } } },
    { ask: { id: 11, act: 'close', pid: '{a|1}', code: 4000, reason: 'bye' } },
    { ask: { id: 12, act: 'kick', pid: '{a|1}', channel: 'chat:1' } },
    { ask: { id: 13, act: 'terminate', pid: '{a|1}' } },
    { ask: { id: 14, act: 'send', to: 'room', topic: 'say', payload: { a: [1] } } },
  ])('takes $ask (DV4)', ({ ask }) => {
    expect(readAsk(JSON.stringify({ ...ask, more: 1 }))).toEqual(ask);
  });

  it.each([
    { sent: 'no json', text: 'a frame is an object as JSON', id: undefined },
    { sent: '[1', text: 'a frame is an object as JSON', id: undefined },
    { sent: 'null', text: 'a frame is an object as JSON', id: undefined },
    { sent: '{"watch":"tree"}', text: 'a frame has an id, a whole number', id: undefined },
    { sent: '{"id":-1}', text: 'a frame has an id, a whole number', id: undefined },
    { sent: '{"id":1}', text: 'a frame has watch, stop, spec or act', id: 1 },
    {
      sent: '{"id":1,"watch":"constructor"}',
      text: 'watch is one of overview, processes, tree, process, life, connections, channels, channel, events, not "constructor"',
      id: 1,
    },
    {
      sent: '{"id":1,"act":"shutdown"}',
      text: 'act is one of close, kick, terminate, send, not "shutdown"',
      id: 1,
    },
    {
      sent: '{"id":1,"watch":"processes","sort":"payload"}',
      text: 'sort is one of pid, name, behavior, host, depth, handled, uptime, not "payload"',
      id: 1,
    },
    {
      sent: '{"id":1,"watch":"processes","sort":"pid","filter":"","from":1.5,"count":1}',
      text: 'from is a whole number, not 1.5',
      id: 1,
    },
    {
      sent: '{"id":1,"watch":"events","types":[1],"filter":""}',
      text: 'types is a list of texts, not object',
      id: 1,
    },
    {
      sent: `{"id":1,"watch":"process","pid":"${'x'.repeat(1_001)}"}`,
      text: /^pid is a text of at most 1000 characters, not /,
      id: 1,
    },
    {
      sent: '{"id":1,"spec":null}',
      text: 'life is a whole number, not undefined',
      id: 1,
    },
  ])('refuses $sent, and says what is wrong (DV4)', ({ sent, text, id }) => {
    let caught: unknown;
    try {
      readAsk(sent);
    } catch (error) {
      caught = error;
    }

    expect(caught).toMatchObject({
      code: 'Invalid',
      message: typeof text === 'string' ? text : expect.stringMatching(text),
      id,
    });
  });

  it('cuts a window at 500 rows (DV6)', () => {
    const sent = { id: 1, watch: 'processes', ...window, count: 1_000_000 };

    expect(readAsk(JSON.stringify(sent))).toMatchObject({ count: 500 });
  });
});
