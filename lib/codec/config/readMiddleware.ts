import { shown } from '../../core/index.js';
import type { Fields } from './kinds.js';
import { didYouMean, type PartOf } from './map.js';
import { type Path, type Problem, problemsOf } from './problem.js';
import { RELAY, type RelaySettings, relayOptions, relaySettings } from './relayOptions.js';

/**
 * Gives each middleware of a router its options, with the name cut off (CF1), and reads those of the relay (CF2).
 * An option of a middleware that is not in the list beside it is unknown.
 *
 * @param given the router as it is written
 * @param read what is right of it
 */
export function readMiddleware(given: object, read: Lists, path: Path): RouterMiddleware {
  const { middleware = [], post_middleware = [], options = {}, post_options = {} } = read;
  const before = share(middleware, options);
  const after = share(post_middleware, post_options);
  const relay = relayOptions.part(after.optionsOf(RELAY.name));
  // Of a list that is wrong nobody knows what is in it, and whose options these are.
  const isKnown = (list: keyof Lists): boolean => list in read || !(list in given);
  const hasRelay = post_middleware.includes(RELAY.name) || !isKnown('post_middleware');
  return {
    before: usesOf(middleware, before, [...path, 'middleware']),
    after: usesOf(post_middleware, after, [...path, 'post_middleware']),
    relay: hasRelay ? relaySettings(relay.read) : undefined,
    problems: [
      ...relayIn(middleware, [...path, 'middleware']),
      ...(isKnown('middleware') ? before.unknown([...path, 'options']) : []),
      ...(isKnown('post_middleware') ? after.unknown([...path, 'post_options']) : []),
      ...problemsOf(relay.errors, [...path, 'post_options'], post_options),
    ],
  };
}

type Lists = Pick<
  PartOf<Fields<'http.router'>>,
  'middleware' | 'post_middleware' | 'options' | 'post_options'
>;

/** What a router has of middleware. */
export interface RouterMiddleware {
  readonly before: readonly Use[];
  readonly after: readonly Use[];
  /** The options of its relay; `undefined`: it has none. */
  readonly relay: RelaySettings | undefined;
  readonly problems: readonly Problem[];
}

/** A middleware in its place. */
export interface Use {
  readonly name: string;
  readonly options: Options;
  readonly path: Path;
}

type Options = Readonly<Record<string, unknown>>;

interface Shared {
  readonly optionsOf: (name: string) => Options;
  readonly unknown: (path: Path) => Problem[];
}

/** The name that the options of a middleware begin with. */
const prefixOf = (name: string): string => (name === RELAY.name ? RELAY.prefix : name);

/** Shares options out to those whose they are: of two names the longer one, which may begin with the other. */
function share(names: readonly string[], options: Options): Shared {
  const byLength = [...names].sort((a, b) => b.length - a.length);
  const ownerOf = (key: string): string | undefined =>
    byLength.find((name) => key.startsWith(`${prefixOf(name)}.`));
  const entries = Object.entries(options);
  return {
    optionsOf: (name) => Object.fromEntries(entries.filter(([key]) => ownerOf(key) === name)),
    unknown: (path) =>
      entries
        .filter(([key]) => ownerOf(key) === undefined)
        .map(([key]) => {
          const likely = names.map((name) => key.replace(/^[^.]*/, prefixOf(name)));
          return { path: [...path, key], message: `unknown option${didYouMean(key, likely)}` };
        }),
  };
}

const isOther = (name: string): boolean => name !== RELAY.name;

/** The middleware of a list, but for the relay, which has a place of its own (CF3). */
const usesOf = (names: readonly string[], { optionsOf }: Shared, path: Path): Use[] =>
  names
    .map((name, i) => ({ name, options: cut(optionsOf(name), name), path: [...path, i] }))
    .filter(({ name }) => isOther(name));

const relayIn = (names: readonly string[], path: Path): Problem[] =>
  names
    .map((name, i) => ({ name, path: [...path, i] }))
    .filter(({ name }) => !isOther(name))
    .map(({ name, path }) => {
      const message = `no middleware ${shown(name)}; it stands in post_middleware`;
      return { path, message };
    });

const cut = (options: Options, name: string): Options =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key.slice(name.length + 1), value]),
  );
