import * as t from 'io-ts';
import { map, optional, required } from './map.js';
import { name } from './name.js';
import { Shape, wrongKind } from './shape.js';
import { word } from './word.js';

/** A document with more than its entries. */
export const envelope = map(
  {
    version: required(word('version', ['1.0']), 'The version of this format'),
    namespace: optional(name, 'What the ids of all entries begin with'),
    entries: required(
      new Shape<readonly unknown[]>('list', { type: 'array' }, (input, context) =>
        Array.isArray(input) ? t.success(input) : wrongKind('list', input, context),
      ),
      'The entries',
    ),
  },
  { name: 'list or map' },
);
