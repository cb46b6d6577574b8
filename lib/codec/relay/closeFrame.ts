import { cutReason } from '../../protocol/index.js';

/** What is to be put into a close frame. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
  /** False: the payload was wrong, and the close is 1011 or without its reason; worth a warning. */
  readonly valid: boolean;
}

/** Whether a close frame may carry a code (W4). */
export function isCloseCode(code: unknown): code is number {
  if (!Number.isInteger(code)) return false;
  const n = code as number;
  return (n >= 1000 && n <= 1003) || (n >= 1007 && n <= 1014) || (n >= 3000 && n <= 4999);
}

/**
 * Reads the payload of `ws.close` (W4): nothing is 1000, a bare string is the reason. A wrong code
 * closes all the same, with 1011: the connection must end, but not as "normal".
 */
export function readClose(payload: unknown): CloseFrame {
  if (payload === undefined || payload === null) return { code: 1000, reason: '', valid: true };
  if (typeof payload === 'string') return { code: 1000, reason: cutReason(payload), valid: true };
  const malformed: CloseFrame = { code: 1011, reason: '', valid: false };
  if (typeof payload !== 'object') return malformed;
  try {
    return closeOf(payload);
  } catch {
    return malformed; // a getter or a proxy that throws
  }
}

function closeOf({ code, reason }: { code?: unknown; reason?: unknown }): CloseFrame {
  const text = reason ?? '';
  const sound = code === undefined || code === null || isCloseCode(code);
  return {
    code: isCloseCode(code) ? code : sound ? 1000 : 1011,
    reason: typeof text === 'string' ? cutReason(text) : '',
    valid: sound && typeof text === 'string',
  };
}
