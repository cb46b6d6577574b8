import * as t from 'io-ts';
import { isPid, type Pid } from '../../core/index.js';

/** The text of a PID by `parsePid`'s strict grammar (P3). */
export const pid: t.Type<Pid, string, unknown> = new t.Type(
  'Pid',
  isPid,
  (input, context) =>
    isPid(input)
      ? t.success(input)
      : t.failure(input, context, 'is no PID, such as {main|0x00001}'),
  t.identity,
);
