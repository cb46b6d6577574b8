import { type ChannelDefinition, checkDefinition, isPattern } from './channelDefinition.js';

/** Which definition a channel's name has: the exact one, else that of the longest prefix (B13). */
export class Definitions {
  readonly #exact = new Map<string, ChannelDefinition>();
  /** By prefix, the longest first. */
  #prefixes: [prefix: string, definition: ChannelDefinition][] = [];

  /**
   * Whether the messages of a channel may have to be gathered, recorded or caught up with: looked at for each that is
   * sent, where a search would cost.
   */
  hasTraits = false;

  /** A second definition of a pattern replaces the first. @throws ProcessError `Invalid` for what is none. */
  add(definition: ChannelDefinition): void {
    const { pattern, options } = checkDefinition(definition);
    const { coalesce, history, lag } = options;
    this.hasTraits ||= [coalesce, history, lag].some((each) => each !== undefined);
    if (!isPattern(definition)) {
      this.#exact.set(pattern, definition);
      return;
    }
    const prefix = pattern.slice(0, -1);
    this.#prefixes = this.#prefixes.filter(([other]) => other !== prefix);
    this.#prefixes.push([prefix, definition]);
    this.#prefixes.sort(([one], [other]) => other.length - one.length);
  }

  find(name: string): ChannelDefinition | undefined {
    const exact = this.#exact.get(name);
    return exact ?? this.#prefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
  }

  all(): readonly ChannelDefinition[] {
    return [...this.#exact.values(), ...this.#prefixes.map(([, definition]) => definition)];
  }
}
