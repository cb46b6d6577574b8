import type { Pid } from '../../core/index.js';
import { Encoded } from '../messages/encoded.js';
import { aimingOf } from './aimOf.js';
import type { Send } from './frames.js';
import type { Item } from './line.js';

/** A message that a fellow has sent to a home, as that has it. */
export function itemOf([name, n, text, key, isRecorded, aim]: Send, from: Pid): Item {
  const message = isRecorded ? { plain: text, key } : undefined;
  const encoded = Encoded.crossed(text, name);
  return { encoded, message, aiming: aimingOf(aim), from, n, size: text.length };
}
