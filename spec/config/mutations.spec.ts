import { describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ConfigError, type LoadOptions, loadRouters } from '../../lib/config/index.js';
import { createSystem } from '../../lib/index.js';
import { CONTEXT, GOOD } from './documents.js';

/** Loads a text: how many routers there are and how many are mounted, or what is wrong. */
function attempt(text: string): { made: number; mounted: number; error?: unknown } {
  const { define, ...context } = CONTEXT;
  const system = createSystem({ logger: false });
  define(system);
  let mounted = 0;
  const gateway = Object.assign(express(), { use: () => void mounted++ });
  const options: LoadOptions = { system, servers: { gateway: gateway as never }, ...context };
  try {
    return { made: Object.keys(loadRouters(text, options)).length, mounted };
  } catch (error) {
    return { made: 0, mounted, error };
  }
}

/** Either it is loaded, or it is told what is wrong, and where. */
function expectOutcome(text: string): void {
  const { made, mounted, error } = attempt(text);
  expect(mounted).toBe(made);
  if (error === undefined) return;
  if (!(error instanceof ConfigError)) throw error;
  const lines = text.split(/\r\n?|\n/).length;
  expect(error.issues.length).toBeGreaterThan(0);
  for (const { line, column, message } of error.issues) {
    expect(line >= 1 && line <= lines && column >= 1 && message !== '').toBe(true);
  }
}

const good = fc.constantFrom(...GOOD);
const at = fc.double({ min: 0, max: 1, noNaN: true });
/** What means something in YAML or in a configuration. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...[': ', '- ', '\n', '  ', '{', '}', '[', ']', '&a ', '*a', '!x ', '"', "'", '#'],
  ),
  fc.constantFrom(
    ...['---\n', '? ', '|\n', '%', '\t', '<<: ', '__proto__: ', 'name: ', 'kind: ', ','],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

describe('any change of a text that loads', () => {
  it.each(GOOD)('which is %s', (text) => {
    expect(attempt(text).error).toBeUndefined();
  });

  it('loads, or tells what is wrong and mounts nothing (CF4)', () => {
    const cuts = fc.array(fc.tuple(at, fc.nat(12), pieces), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(good, cuts, (text, changes) => {
        const changed = changes.reduce((before, [where, length, piece]) => {
          const start = Math.floor(where * before.length);
          return before.slice(0, start) + piece + before.slice(start + length);
        }, text);
        expectOutcome(changed);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of one value loads, or tells what is wrong and mounts nothing (CF4)', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(...['', ' ', '/', 'a:b', '__proto__', 'constructor', '*', '1GiB', '0', '-1']),
      fc.constantFrom<unknown>(...[-1, 0, 1.5, 2 ** 31, 2 ** 53, Number.NaN, Infinity, null, true]),
    );
    fc.assert(
      fc.property(good, at, value, (text, where, next) => {
        const document = parse(text);
        const places = placesIn(document);
        const place = places[Math.floor(where * places.length)];
        if (place === undefined) return;
        place.holder[place.key] = next;
        expectOutcome(stringify(document));
      }),
      { numRuns: 1_000 },
    );
  });
});

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Place['holder'];
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
