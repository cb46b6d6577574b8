import { describe, expect, it } from '@jest/globals';
import { decodeFrame } from '../../../lib/testing/channels/receivedFrame.js';
import { frameLine } from '../../../lib/testing/index.js';

describe('decodeFrame', () => {
  it.each([
    {
      what: 'a message of the past or of now, as it came',
      data: '{"type":"text","payload":"a","timestamp":7}',
      frames: [{ type: 'text', payload: 'a', timestamp: 7 }],
    },
    {
      what: 'one with the time of the machine, with that of the clock',
      data: '{"type":"text","timestamp":1762000000}',
      frames: [{ type: 'text', timestamp: 7 }],
    },
    {
      what: 'an array, one by one (CP4)',
      data: '[{"type":"ping"},{"type":"pong","timestamp":8}]',
      frames: [{ type: 'ping' }, { type: 'pong', timestamp: 7 }],
    },
    { what: 'no JSON', data: 'hello', frames: [{ type: 'unreadable', data: 'hello' }] },
    { what: 'no object', data: '1', frames: [{ type: 'unreadable', data: '1' }] },
    {
      what: 'bytes',
      data: new Uint8Array([1]),
      frames: [{ type: 'unreadable', data: new Uint8Array([1]) }],
    },
  ])('gives $what (CT2)', ({ data, frames }) => {
    expect(decodeFrame(data, 7)).toEqual(frames);
  });
});

describe('frameLine', () => {
  it.each<{ frame: Parameters<typeof frameLine>[0]; line: string }>([
    { frame: { type: 'system', hello: { id: 'connection-1' } }, line: 'hello connection-1' },
    { frame: { type: 'pong', id: 3, ok: true }, line: 'reply 3 ok' },
    { frame: { type: 'json', id: 'a', ok: true, payload: [1] }, line: 'reply a ok [ 1 ]' },
    {
      frame: {
        type: 'system',
        id: 4,
        ok: false,
        error: { code: 'invalid_data', message: 'no', retry: false, details: [{ path: 'a' }] },
      },
      line: "reply 4 invalid_data 'no' [ { path: 'a' } ]",
    },
    {
      frame: { type: 'system', error: { code: 'bad_request', message: 'no', retry: false } },
      line: "error bad_request 'no'",
    },
    { frame: { type: 'close', code: 1001, reason: 'bye' }, line: 'close 1001 bye' },
    { frame: { type: 'text', channel: 'a', payload: 'hi' }, line: "text a 'hi'" },
    { frame: { type: 'unreadable', data: 'hi' }, line: "unreadable 'hi'" },
    { frame: { type: 'ping' }, line: 'ping' },
    {
      frame: { type: 'event', id: 's1', payload: { event: 'whoami', data: null } },
      line: 'asks s1 whoami null',
    },
    {
      frame: { type: 'event', channel: 'a', payload: { event: 'e', data: { n: 1 } } },
      line: 'push a e { n: 1 }',
    },
  ])('says $line (CT3)', ({ frame, line }) => {
    expect(frameLine(frame)).toBe(line);
  });
});
