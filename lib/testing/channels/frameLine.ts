import { show } from '../marbles/show.js';
import { answerOf, eventOf, type ReceivedFrame } from './receivedFrame.js';

/**
 * A frame on one line, for people: `reply 2 ok { offset: 45 }`, `push chat:1 said { text: 'hi' }`.
 *
 * @example expectObservable(alice.frames$.pipe(map(frameLine))).toBe('h--p', { h: 'hello connection-1', p: 'push chat:1 said null' })
 */
export function frameLine(frame: ReceivedFrame): string {
  const { type, id, ok, error, hello, channel, payload, data } = frame;
  if (error !== undefined) {
    const { code, message, details } = error;
    const start = ok === undefined ? ['error'] : ['reply', id];
    return spaced(...start, code, show(message), shown(details));
  }
  if (ok !== undefined) return spaced('reply', id, 'ok', shown(answerOf(frame)));
  if (hello !== undefined) return spaced('hello', hello.id);
  if (type === 'close') return spaced('close', frame.code, frame.reason);
  const event = eventOf(frame);
  if (event === undefined) return spaced(type, channel, shown(payload ?? data));
  if (id !== undefined) return spaced('asks', id, event.event, shown(event.data));
  return spaced('push', channel, event.event, shown(event.data));
}

const spaced = (...words: readonly unknown[]): string =>
  words.filter((word) => word !== undefined && word !== '').join(' ');

const shown = (value: unknown): string => (value === undefined ? '' : show(value));
