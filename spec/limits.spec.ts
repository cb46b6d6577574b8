import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../lib/channels/definitions/limitOptions.js';
import { readPresence } from '../lib/channels/definitions/presenceOptions.js';
import { readRestart } from '../lib/channels/definitions/restartOptions.js';
import { readHistory } from '../lib/channels/history/historyOptions.js';
import { type ClusterPlan, readClusterOptions } from '../lib/cluster/clusterOptions.js';
import { incarnate } from '../lib/cluster/index.js';
import { parseDuration } from '../lib/core/index.js';
import { createSystem } from '../lib/index.js';
import { readDrainOptions } from '../lib/relay/drainOptions.js';
import { readHubOptions } from '../lib/relay/hubOptions.js';
import { kernelOf } from '../lib/runtime/index.js';
import { RELAY_OPTIONS } from '../lib/upgrade/index.js';
import { readOptions } from '../lib/upgrade/readOptions.js';
import { readIntake } from '../lib/ws/intakeOptions.js';
import { read } from './support/pages.js';

const OWN = { host: 'app.example.com', protocol: 'https' };

/** The defaults of all options, as the code has them: times in milliseconds, no limit as Infinity. */
function defaults(): Readonly<Record<string, unknown>> {
  const { isAllowed, hub, ...settings } = readOptions('limits', {});
  const { deadlines, ...intake } = readIntake({});
  const isAnyAllowed = isAllowed('https://evil.example', OWN);
  return {
    ...settings,
    ...hub,
    ...intake,
    ...readDrainOptions({}),
    ...prefixed('limits', readLimits()),
    ...prefixed('presence', readPresence('limits', true)),
    ...prefixed('history', readHistory('limits', {})),
    host: readHubOptions({}).host,
    allowedOrigins: isAnyAllowed ? '*' : undefined,
    dangerouslyAllowAnyOrigin: isAnyAllowed,
    requireOrigin: !isAllowed(undefined, OWN),
    messageTimeout: deadlines.message,
    holdTimeout: deadlines.hold,
    // Infinity, which is given as 0.
    idleTimeout: deadlines.idle === Number.POSITIVE_INFINITY ? 0 : deadlines.idle,
    'mailbox.capacity': createSystem({ logger: false })[kernelOf].bound.capacity,
    // Pinned by spec/channels/rooms/lifecycle.spec.ts.
    linger: 30_000,
    'restart.intensity': readRestart('limits').intensity,
    // Pinned by spec/runtime/logLines.spec.ts.
    maxLogLines: 10,
    // Measured on the wire by spec/security/frames.spec.ts.
    maxFragments: 1_024,
    ...between(readClusterOptions(incarnate('a'), {})),
  };
}

/** What a cluster counts in ticks, in milliseconds. */
const between = ({ tick, silence, outage, maxMessage, replicas }: ClusterPlan) => ({
  beat: 2 * tick,
  silence: silence * tick,
  outage: outage * tick,
  maxMessage,
  replicas,
});

/** Options of which some have names that others have as well. */
const prefixed = (prefix: string, options: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [`${prefix}.${name}`, value]));

const DEFAULTS = defaults();

const BYTES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const WORDS: Readonly<Record<string, unknown>> = { on: true, off: false, none: undefined };

/** What a default that begins a text says; `NaN` if it is none. */
function said(text: string): unknown {
  const [, word, quoted] = /^(?:(on|off|none)\b|`?'(\w+)')/.exec(text) ?? [];
  if (word !== undefined) return WORDS[word];
  if (quoted !== undefined) return quoted;
  const [, digits = '', unit = ''] = /^(\d[\d,.]*\d|\d) ?(\w*)/.exec(text) ?? [];
  const count = digits === '' ? Number.NaN : Number(digits.replaceAll(',', ''));
  return count * (BYTES[unit] ?? 1) * (parseDuration(`1${unit}`) ?? 1);
}

interface Statement {
  readonly where: string;
  readonly name: string;
  readonly text: string;
}

/** What a text says of the defaults of options, by patterns that give a name and what is said. */
const statements = (where: string, text: string, ...patterns: RegExp[]): Statement[] =>
  patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, name = '', text = '']) => ({ where, name, text }))
    .filter(({ name, text }) => name in DEFAULTS && !Number.isNaN(said(text)));

/** A row of a table of options, `` `option` (default) `` in a sentence, and a row that names its option. */
const ROW = /^\| `([\w.]+)`[^|]*\| ([^|]+)/gm;
const SENTENCE = /`([\w.]+)` \(([^)]+)\)/g;
const NAMED = /^\|[^|]*\(`(\w+)`[^|]*\| ([^|]+)/gm;
/** In the comment of an option. */
const COMMENT =
  /\/\*\*(?:(?!\*\/)[\s\S])*?default ((?:(?!\*\/)[\s\S])*?)\*\/\s*readonly (\w+)\?:/gi;

const PAGES = ['SECURITY.md', 'README.md'].concat(
  [
    'relay',
    'channels',
    'troubleshooting',
    'rules',
    'deploying',
    'observability',
    'http',
    'testing',
  ].map((name) => `docs/${name}.md`),
);
const SOURCES = [
  'lib/upgrade/relayOptions.ts',
  'lib/ws/intakeOptions.ts',
  'lib/relay/hubOptions.ts',
  'lib/relay/drainOptions.ts',
  'lib/channels/definitions/limitOptions.ts',
  'lib/channels/definitions/presenceOptions.ts',
];

/** What goes before the name of an option of this file. */
const PREFIXES: Readonly<Record<string, string>> = {
  'lib/channels/definitions/limitOptions.ts': 'limits.',
  'lib/channels/definitions/presenceOptions.ts': 'presence.',
};

const rows = statements('docs/limits.md', read('docs/limits.md'), ROW);
/** The rules but for the test kit's bad clients, which have options of the same names. */
const RULES = read('docs/rules.md').replace(/<a id="section-25">[\s\S]*/, '');
const textOf = (path: string): string => (path === 'docs/rules.md' ? RULES : read(path));

const all: readonly Statement[] = [
  ...rows,
  ...statements('docs/relay.md', read('docs/relay.md').replace(/[\s\S]*## Before a restart/, '')),
  ...PAGES.flatMap((path) => statements(path, textOf(path), SENTENCE, NAMED)),
  ...SOURCES.flatMap((path) => {
    const swapped = read(path).replace(COMMENT, `\`${PREFIXES[path] ?? ''}$2\` ($1)`);
    return statements(path, swapped, SENTENCE);
  }),
];

describe('docs/limits.md', () => {
  const names = rows.map(({ name }) => name);

  it.each(Object.keys(RELAY_OPTIONS))('has one row for %s, with its default', (name) => {
    expect(names.filter((each) => each === name)).toEqual([name]);
    expect(name in DEFAULTS).toBe(true);
  });

  it('has a row for each option of relay.drain that is not for specs', () => {
    const { random, ...options } = readDrainOptions({});

    expect(names).toEqual(expect.arrayContaining(Object.keys(options)));
  });
});

describe('the limits of a manager', () => {
  it.each(Object.keys(readLimits()))('have one row for %s, and a comment that says it', (name) => {
    const said = all.filter((each) => each.name === `limits.${name}`).map(({ where }) => where);

    expect(said).toEqual(['docs/limits.md', 'lib/channels/definitions/limitOptions.ts']);
  });
});

describe('the limits of presence', () => {
  it.each(['members', 'linger', 'debounce'])('have one row for %s, and a comment', (name) => {
    const said = all.filter((each) => each.name === `presence.${name}`).map(({ where }) => where);

    expect(said).toEqual(['docs/limits.md', 'lib/channels/definitions/presenceOptions.ts']);
  });
});

describe('a default', () => {
  it('is what the code has, wherever it is said', () => {
    const wrong = all.filter(({ name, text }) => said(text) !== DEFAULTS[name]);

    expect(wrong).toEqual([]);
  });

  it('is said in these places, among others', () => {
    const places = all.filter(({ name }) => name === 'maxPayload').map(({ where }) => where);

    expect(places).toEqual([
      'docs/limits.md',
      'SECURITY.md',
      'docs/troubleshooting.md',
      'docs/rules.md',
      'docs/rules.md',
      'lib/upgrade/relayOptions.ts',
    ]);
  });

  it.each([
    { text: '1,024: one for each KiB', is: 1_024 },
    { text: '64 KiB that', is: 65_536 },
    { text: '1 MiB', is: 2 ** 20 },
    { text: '10 s; 0: for ever', is: 10_000 },
    { text: '100 ms', is: 100 },
    { text: 'off: clients', is: false },
    { text: "`'pause'`.", is: 'pause' },
    { text: 'below', is: Number.NaN },
  ])('is read: $text', ({ text, is }) => {
    expect(said(text)).toBe(is);
  });
});
