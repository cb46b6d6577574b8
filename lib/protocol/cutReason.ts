/** Cuts a reason to so many bytes of UTF-8, by default what fits a close frame, between two code points (W5). */
export function cutReason(reason: string, max = MAX_REASON_BYTES): string {
  if (reason.length * 3 <= max) return reason;
  let bytes = 0;
  let end = 0;
  for (const point of reason) {
    bytes += utf8Length(point.codePointAt(0) as number);
    if (bytes > max) break;
    end += point.length;
  }
  return reason.slice(0, end);
}

/** The longest reason that fits a close frame beside its code (RFC 6455 §5.5). */
export const MAX_REASON_BYTES = 123;

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
