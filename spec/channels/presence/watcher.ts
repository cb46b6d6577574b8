import type { Frame, Visitor } from '../scene.js';
import { must } from '../schedule.js';

/** What a client makes of what it is told of presence, by PR6 alone: after each frame its list has to be the published one. */
export class Watcher {
  readonly #metas = new Map<string, string>();
  #version: number | undefined;
  isOn = false;
  /** How many diffs it was told. */
  diffs = 0;

  constructor(readonly published: ReadonlyMap<number, string>) {}

  /** Another connection: it knows nothing. */
  forget(): void {
    this.isOn = false;
    this.#version = undefined;
  }

  get list(): string {
    return [...this.#metas.values()].sort().join('\n');
  }

  /** Reads what has come. */
  read(visitor: Visitor): void {
    for (const frame of visitor.frames) this.#take(frame);
  }

  #take({ ok, payload, result }: Frame): void {
    const list = result?.members ? result : result?.presence;
    if (ok === true && list !== undefined) this.#state(list);
    if (payload?.event === 'rx:unsubscribed') this.forget();
    if (payload?.event !== 'rx:presence_diff') return;
    must(this.#version !== undefined, 'a diff for a client that does not watch (PR11)');
    const { version, joins, updates, leaves } = payload.data;
    must(version === (this.#version ?? 0) + 1, `version ${version} after ${this.#version} (PR6)`);
    this.diffs++;
    this.#version = version;
    for (const { ref, key, meta } of [...joins, ...updates]) this.#metas.set(ref, of(key, meta));
    for (const { ref } of leaves) must(this.#metas.delete(ref), `${ref} leaves, who is not there`);
    this.#check();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #state({ version, members }: any): void {
    this.#version = version;
    this.isOn = true;
    this.#metas.clear();
    for (const { key, metas } of members) {
      for (const { ref, meta } of metas) this.#metas.set(ref, of(key, meta));
    }
    this.#check();
  }

  /** PT7. */
  #check(): void {
    const published = this.published.get(this.#version ?? -1);
    must(this.list === published, `version ${this.#version} is ${this.list}, not ${published}`);
  }
}

const of = (key: string, meta: unknown): string => `${key} = ${meta}`;
