import {
  type Decoded,
  type Draft,
  decodeConfig,
  type Entry,
  type Path,
  type Problem,
} from '../codec/index.js';
import { ConfigError, type ConfigIssue } from './configError.js';
import { readYaml, type Yaml } from './readYaml.js';

/**
 * A configuration as a text, with all that it says. Whoever finds something wrong with it gives it the way to the
 * place; it knows the line.
 */
export class Source {
  readonly #file: string;
  readonly #yaml: Yaml;
  readonly #config: Decoded;

  /** @throws ConfigError for what is no YAML. */
  constructor(text: string, { file = 'yaml', ignore }: SourceOptions) {
    this.#file = file;
    this.#yaml = readYaml(text);
    const { faults, value, placeAt } = this.#yaml;
    if (faults.length > 0) {
      throw new ConfigError(
        faults.map(({ at, message }) => ({ file, ...placeAt(at), path: '', message })),
      );
    }
    this.#config = decodeConfig(value, ignore);
  }

  /** The entries, some of whose fields may be missing until they are checked. */
  get drafts(): readonly Draft[] {
    return this.#config.entries;
  }

  /**
   * The entries, when nothing is wrong with them.
   *
   * @throws ConfigError with what is wrong with the text, and with these problems as well.
   */
  check(problems: readonly Problem[]): readonly Entry[] {
    const all = [...this.#config.problems, ...problems];
    if (all.length > 0) throw new ConfigError(all.map((each) => this.issue(each)));
    return this.#config.entries as readonly Entry[];
  }

  /** The place of what is wrong; where something is missing, of what it is missing in. */
  issue({ path, message }: Problem): ConfigIssue {
    const place = this.#yaml.placeAt(this.#offsetOf(path));
    return { file: this.#file, ...place, path: textOfPath(path), message };
  }

  #offsetOf(path: Path): number {
    const { places } = this.#yaml;
    let offset = 0;
    let value = this.#config.root;
    for (const step of path) {
      const inside = Object(value);
      const next: unknown = Object.hasOwn(inside, step) ? inside[step] : undefined;
      offset = places.get(inside)?.at.get(step) ?? places.get(Object(next))?.start ?? offset;
      value = next;
    }
    return offset;
  }
}

/** Options of reading a text. */
export interface SourceOptions {
  /** The name of the file, for errors; default `'yaml'`. */
  readonly file?: string | undefined;
  /** Kinds of entries that are passed over, `function.*` being all that begin so; default: none. */
  readonly ignore?: readonly string[] | undefined;
}

/** A path as an error tells it: `entries[0].post_options["wsrelay.max.payload"]`. */
function textOfPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}
