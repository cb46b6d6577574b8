import { envelope } from './envelope.js';
import { KINDS } from './kinds.js';
import type { Schema } from './shape.js';

/**
 * The JSON Schema of a configuration, made from the table by which it is read: `docs/router.schema.json`, which
 * editors check and complete by. It knows form, and not what an entry refers to.
 */
export function configSchema(): Schema {
  const kinds = Object.entries(KINDS);
  const entry = { $ref: '#/definitions/entry' };
  const entries = { type: 'array', items: entry };
  const { properties } = envelope.schema;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of rx-process',
    description: 'A list of entries, one entry, or a map with entries',
    if: { type: 'array' },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: entries,
    else: {
      if: { required: ['entries'] },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: { ...envelope.schema, properties: { ...Object(properties), entries } },
      else: entry,
    },
    definitions: {
      entry: {
        type: 'object',
        required: ['name', 'kind'],
        properties: { kind: { enum: kinds.map(([kind]) => kind) } },
        allOf: kinds.map(([kind, { schema }]) => ({
          if: { properties: { kind: { const: kind } }, required: ['kind'] },
          // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
          then: schema,
        })),
      },
    },
  };
}
