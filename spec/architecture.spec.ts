import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cycles, folderOf, packagesOf, roomOf, target } from './support/graph.js';
import { type Import, readLib, type Source } from './support/source.js';

const sources = readLib();

const PROCESSES = ['core', 'operators', 'runtime'];
const RELAY = [...PROCESSES, 'protocol', 'codec', 'relay'];
const LATE = ['config', 'cluster', 'client'];

/** Which folders a folder may import from, beside itself; `''` is lib itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  '': [...PROCESSES, 'supervision'],
  core: [],
  operators: ['core'],
  runtime: ['core', 'operators'],
  supervision: PROCESSES,
  protocol: ['core'],
  codec: ['core', 'protocol'],
  relay: [...PROCESSES, 'protocol', 'codec'],
  channels: [...RELAY, 'supervision'],
  ws: RELAY,
  upgrade: [...RELAY, 'ws'],
  http: [...RELAY, 'upgrade'],
  level: ['core', 'channels'],
  jetstream: ['core', 'channels'],
  measures: [...RELAY, 'upgrade'],
  metrics: ['core', 'upgrade', 'measures'],
  opentelemetry: [...PROCESSES, 'upgrade', 'measures'],
  express: [...RELAY, 'channels', 'upgrade'],
  config: ['core', 'codec', 'runtime', 'upgrade', 'express'],
  devtools: [
    ...[...PROCESSES, 'protocol', 'codec', 'relay', 'channels', 'upgrade', 'express'],
    ...['client', 'testing'],
  ],
  cluster: [...PROCESSES, 'protocol', 'codec'],
  client: ['protocol'],
  testing: [...PROCESSES, 'protocol', 'relay', 'channels', 'cluster'],
  cli: ['', ...RELAY, 'channels', 'ws', 'upgrade', 'http', 'express', ...LATE],
};

/** The rooms of a folder, from the lowest to the highest: a room imports only what stands before it. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  runtime: [
    'collections',
    'queue',
    'telemetry',
    'mailbox',
    'ties',
    'registry',
    'kernel',
    'process',
    'system',
  ],
  codec: ['fields', 'channels', 'relay', 'config'],
  channels: [
    'messages',
    'history',
    'definitions',
    'members',
    'presence',
    'table',
    'broker',
    'wire',
    'rooms',
    'fellows',
    'manager',
    'services',
  ],
  cluster: ['wire', 'transport', 'link', 'membership', 'relations', 'groups', 'names', 'relay'],
  devtools: ['wire', 'page', 'views', 'life'],
  testing: ['marbles', 'live', 'recording', 'faults', 'channels', 'cluster'],
  cli: ['conformance', 'doctor'],
};

/** Which packages a folder may import; `node:` stands for every module of Node. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '': [],
  core: ['rxjs'],
  operators: ['rxjs'],
  runtime: ['rxjs', 'node:'],
  supervision: ['rxjs'],
  protocol: ['rxjs'],
  codec: ['io-ts', 'fp-ts'],
  relay: ['rxjs'],
  channels: ['rxjs', 'node:'],
  ws: ['rxjs', 'ws', 'node:'],
  upgrade: ['rxjs', 'node:'],
  http: ['node:'],
  level: ['classic-level'],
  jetstream: ['rxjs', '@nats-io/transport-node', '@nats-io/jetstream'],
  measures: ['node:'],
  metrics: ['prom-client'],
  opentelemetry: ['@opentelemetry/api', 'node:'],
  express: ['express', 'node:'],
  config: ['express', 'yaml'],
  devtools: ['rxjs', 'express', 'node:', 'preact', 'uplot'],
  cluster: [
    'rxjs',
    'node:',
    'msgpackr',
    '@nats-io/transport-node',
    '@nats-io/jetstream',
    '@nats-io/kv',
  ],
  client: ['rxjs'],
  testing: ['rxjs', 'node:'],
  cli: ['rxjs', 'node:', 'express'],
};

/** What package.json publishes, and what only other folders see. */
const PUBLISHED = [
  ...['', 'channels', 'client', 'cluster', 'config', 'devtools', 'express', 'http', 'jetstream'],
  ...['level', 'metrics', 'opentelemetry', 'testing', 'ws'],
];
const INTERNAL = [...PROCESSES, 'supervision', 'protocol', 'codec', 'relay', 'upgrade', 'measures'];
/** Published as programs, and not to be imported. */
const PROGRAMS = ['cli'];

const imports = function* (): Generator<[Source, Import]> {
  for (const source of sources) for (const each of source.imports) yield [source, each];
};

const offend = (wrong: (source: Source, each: Import) => boolean): string[] =>
  [...imports()]
    .filter(([source, each]) => wrong(source, each))
    .map(([{ path }, { from, line }]) => `${path}:${line} imports ${from}`);

describe('folders', () => {
  it('are known to these rules, each with its packages', () => {
    const folders = [...new Set(sources.map(({ folder }) => folder))];

    expect(folders.filter((folder) => !(folder in ARROWS))).toEqual([]);
    expect(Object.keys(PACKAGES)).toEqual(Object.keys(ARROWS));
  });

  it('import only what lies below them, types included', () => {
    const wrong = offend((source, each) => {
      const { file } = target(source, each);
      if (file === undefined) return false;
      const folder = folderOf(file);
      return folder !== source.folder && !ARROWS[source.folder]?.includes(folder);
    });

    expect(wrong).toEqual([]);
  });

  /** What of them is run on each version of Node; the rest of their specs is left out there (.ci/testNode.mjs). */
  it('of processes, channels, the cluster and the test kit stand on Node in these files only', () => {
    const isMixed = ({ folder, path }: Source) =>
      ['runtime', 'channels', 'cluster', 'testing'].includes(folder) && !path.includes('/faults/');
    const onNode = [...imports()]
      .filter(([source, { from }]) => isMixed(source) && from.startsWith('node:'))
      .map(([{ path }]) => path);

    expect([...new Set(onNode)].sort()).toEqual([
      ...['channels/fellows/homeName.ts', 'channels/manager/infoOf.ts'],
      'cluster/membership/incarnate.ts',
      ...['crossing', 'loadPacker', 'reviveError'].map((name) => `cluster/wire/${name}.ts`),
      'runtime/process/relations.ts',
      'runtime/queue/liveSeams.ts',
      'runtime/telemetry/eventLoopLag.ts',
      'testing/live/probe.ts',
      'testing/marbles/show.ts',
      'testing/recording/literal.ts',
    ]);
  });

  it('form no circle of arrows', () => {
    const below = (folder: string): string[] =>
      (ARROWS[folder] ?? []).flatMap((next) => [next, ...below(next)]);

    expect(Object.keys(ARROWS).filter((folder) => below(folder).includes(folder))).toEqual([]);
  });

  it('are entered by their index.ts only', () => {
    const wrong = offend((source, each) => {
      const { file } = target(source, each);
      if (file === undefined || folderOf(file) === source.folder) return false;
      return !file.endsWith('/index.ts');
    });

    expect(wrong).toEqual([]);
  });

  it('never enter themselves by their own index.ts', () => {
    expect(
      offend((source, each) => target(source, each).file === `${source.folder}/index.ts`),
    ).toEqual([]);
  });

  it('use only the packages that are theirs: io-ts and fp-ts in codec, ws in ws', () => {
    const wrong = offend((source, each) => {
      const { package: name } = target(source, each);
      if (name === undefined) return false;
      return !PACKAGES[source.folder]?.includes(name.startsWith('node:') ? 'node:' : name);
    });

    expect(wrong).toEqual([]);
  });

  it('never import the test kit, but for what writes specs', () => {
    const wrong = offend(
      (source, each) =>
        !['testing', 'devtools'].includes(source.folder) && each.from.includes('testing/'),
    );

    expect(wrong).toEqual([]);
  });
});

describe('rooms', () => {
  const rooms = sources.filter(({ path }) => roomOf(path) !== undefined);

  it('are known to these rules', () => {
    const known = ({ folder, path }: Source): boolean =>
      ROOMS[folder]?.includes(roomOf(path) as string) ?? false;

    expect(rooms.filter((source) => !known(source)).map(({ path }) => path)).toEqual([]);
  });

  it('import only rooms below them, types included, and never what stands above all rooms', () => {
    const wrong = offend((source, each) => {
      const { file } = target(source, each);
      const room = roomOf(source.path);
      if (file === undefined || room === undefined || folderOf(file) !== source.folder)
        return false;
      const order = ROOMS[source.folder] ?? [];
      const other = roomOf(file);
      return other === undefined || order.indexOf(other) > order.indexOf(room);
    });

    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  it('import each other in no circle', () => {
    expect(cycles(sources)).toEqual([]);
  });

  describe('open with the comment', () => {
    const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
    const isOpened = ({ path, opening, lines }: Source): boolean => {
      const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.tsx?$/, '');
      if (name === 'index') return lines[0]?.startsWith('/**') ?? false;
      return opening?.some((each) => plain(each) === plain(name)) ?? false;
    };
    const wrong = sources.filter((source) => !isOpened(source));

    it('of the export that they are named after, and an index.ts with one of its own', () => {
      expect(wrong.map(({ path, opening }) => `${path} opens with ${opening}`)).toEqual([]);
    });
  });

  it('are at most 200 lines long', () => {
    const long = sources.filter(({ lines }) => lines.length > 200);

    expect(long.map(({ path, lines }) => `${path}: ${lines.length} lines`)).toEqual([]);
  });

  it('import from at most 10 modules', () => {
    const count = ({ imports }: Source): number => imports.filter((each) => !each.isExport).length;
    const many = sources.filter((source) => count(source) > 10);

    expect(many.map((source) => `${source.path}: ${count(source)} imports`)).toEqual([]);
  });

  it('have functions of at most 40 lines', () => {
    const long = sources.flatMap(({ path, functions }) =>
      functions
        .filter(({ length }) => length > 40)
        .map(({ line, length }) => `${path}:${line}: ${length} lines`),
    );

    expect(long).toEqual([]);
  });

  it('nest control flow at most 3 deep', () => {
    const deep = sources.flatMap(({ path, nesting }) =>
      nesting
        .filter(({ depth }) => depth > 3)
        .map(({ line, depth }) => `${path}:${line}: ${depth}`),
    );

    expect(deep).toEqual([]);
  });

  it('say any in codec only, or under a comment that gives the reason', () => {
    const anys = sources
      .filter(({ folder }) => folder !== 'codec')
      .flatMap(({ path, anys, lines }) =>
        anys
          .filter(
            ({ line }) => !lines[line - 2]?.includes('biome-ignore lint/suspicious/noExplicitAny:'),
          )
          .map(({ line }) => `${path}:${line}`),
      );

    expect(anys).toEqual([]);
  });

  it('take time from the scheduler: no clock but it, outside the edges, the run queue and what is made outside of a system', () => {
    const CLOCKS =
      /^(globalThis\.)?(Date|Date\.now|performance|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)$/;
    const EDGES = [
      'client/clock.ts',
      'ws/',
      'upgrade/',
      'express/',
      'cluster/',
      'cli/',
      'devtools/page/',
      'testing/faults/',
    ];
    const used = sources
      .filter(({ path }) => !EDGES.some((edge) => path.startsWith(edge)))
      .filter(
        ({ path }) =>
          path !== 'runtime/queue/liveSeams.ts' && path !== 'channels/messages/unixTime.ts',
      )
      .flatMap(({ path, globals }) =>
        globals
          .filter(({ what }) => CLOCKS.test(what))
          .map(({ what, line }) => `${path}:${line} uses ${what}`),
      );

    expect(used).toEqual([]);
  });
});

describe('specs', () => {
  it('are at most 400 lines long', () => {
    const long = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, text: readFileSync(join(import.meta.dirname, path), 'utf8') }))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 400);

    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });
});

describe('the package', () => {
  interface Package {
    readonly exports: Readonly<Record<string, unknown>>;
    readonly bin: unknown;
    readonly typesVersions: unknown;
  }
  const read = (): Package =>
    JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

  it('loads nothing but rxjs and what is in Node with its main entry', () => {
    const packages = [...packagesOf(sources, 'index.ts')];
    const foreign = packages.filter(([name]) => name !== 'rxjs' && !name.startsWith('node:'));

    expect(foreign.map(([name, path]) => `${path} loads ${name}`)).toEqual([]);
  });

  it('has every folder either published, a program, or internal', () => {
    const folders = readdirSync(new URL('../lib', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);

    expect(folders.sort()).toEqual(
      [...PUBLISHED, ...PROGRAMS, ...INTERNAL].filter((name) => name !== '').sort(),
    );
  });

  it('exports the index of every published folder, and itself', () => {
    const entries = PUBLISHED.map((folder) => {
      const base = folder === '' ? './dist/index' : `./dist/${folder}/index`;
      const key = folder === '' ? '.' : `./${folder}`;
      // In a browser it is an error (A12).
      const browser = folder === 'ws' && { browser: './dist/ws/browser.js' };
      return [key, { types: `${base}.d.ts`, ...browser, default: `${base}.js` }];
    });

    expect(read().exports).toEqual({
      ...Object.fromEntries(entries),
      './package.json': './package.json',
    });
  });

  it('has the index of a program for its bin', () => {
    expect(read().bin).toEqual({ 'rx-process': 'dist/cli/index.js' });
  });

  it('says where their types are to a TypeScript that does not read exports (node10), too', () => {
    const folders = PUBLISHED.filter((folder) => folder !== '');
    const types = folders.map((folder) => [folder, [`./dist/${folder}/index.d.ts`]]);

    expect(read().typesVersions).toEqual({ '*': Object.fromEntries(types) });
  });
});
