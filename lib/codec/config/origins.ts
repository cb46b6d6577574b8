import * as t from 'io-ts';
import { pattern } from './pattern.js';
import { list, Shape, wrongKind } from './shape.js';

const originList = list(pattern('origin', /\S/, { type: 'text' }));

/** Origins, as a list or as one text with commas; whether they are any is judged by the relay (H6). */
export const origins: Shape<readonly string[]> = new Shape(
  'text or list',
  { anyOf: [{ type: 'string' }, originList.schema] },
  (input, context) => {
    if (Array.isArray(input)) return originList.validate(input, context);
    if (typeof input !== 'string') return wrongKind('text or list', input, context);
    return t.success(input.split(','));
  },
);
