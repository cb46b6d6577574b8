import { map, type Observable, of, switchMap, throwError } from 'rxjs';
import { isPid, type Pid, ProcessError, parsePid } from '../../core/index.js';
import { parseNodeId } from '../membership/incarnate.js';
import type { Registered, Registry } from '../transport/transport.js';
import type { NameOwner } from './clusterNames.js';

/** The names of the cluster as the bucket has them: a key `n.<base64url(name)>` for each, `{ pid }`, changed by CAS (D41). */
export class Keys {
  readonly #registry: Registry;
  readonly #isGone: (name: string, owner: NameOwner) => boolean;

  /** @param isGone whether this node knows that an owner has ended, or given the name up */
  constructor(registry: Registry, isGone: (name: string, owner: NameOwner) => boolean) {
    this.#registry = registry;
    this.#isGone = isGone;
  }

  read(name: string): Observable<NameOwner | undefined> {
    return this.#registry.read(keyOf(name)).pipe(map((entry) => entry && ownerIn(entry)));
  }

  /** Makes a process the owner if nobody is, or whoever is has gone; emits who is the owner then. */
  create(name: string, pid: Pid, tries = TRIES): Observable<NameOwner> {
    const created$ = this.#registry.create(keyOf(name), bytesOf(pid));
    return created$.pipe(
      switchMap((revision) =>
        revision === undefined ? this.assert(name, pid, tries) : of({ pid, revision }),
      ),
    );
  }

  /** The same for a process that should have the key already (D45). */
  assert(name: string, pid: Pid, tries = TRIES): Observable<NameOwner> {
    if (tries === 0) return throwError(() => restless(name));
    const key = keyOf(name);
    return this.#registry.read(key).pipe(
      switchMap((entry) => {
        if (entry === undefined) return this.create(name, pid, tries - 1);
        const owner = ownerIn(entry);
        if (owner !== undefined && (owner.pid === pid || !this.#isGone(name, owner)))
          return of(owner);
        const replaced$ = this.#registry.replace(key, bytesOf(pid), entry.revision);
        return replaced$.pipe(
          switchMap((revision) =>
            revision === undefined ? this.assert(name, pid, tries - 1) : of({ pid, revision }),
          ),
        );
      }),
    );
  }

  /** Deletes the key if it still has this revision; emits whether it had. */
  remove(name: string, revision: number): Observable<boolean> {
    return this.#registry.remove(keyOf(name), revision);
  }
}

/** How often a key may change under the hands of who wants it. */
const TRIES = 10;

const keyOf = (name: string): string => `n.${Buffer.from(name).toString('base64url')}`;

const bytesOf = (pid: Pid): Uint8Array => new TextEncoder().encode(JSON.stringify({ pid }));

/** What no node writes is nobody. */
function ownerIn({ value, revision }: Registered): NameOwner | undefined {
  try {
    const { pid } = JSON.parse(new TextDecoder().decode(value));
    if (!isPid(pid) || parseNodeId(parsePid(pid).node) === undefined) return undefined;
    return { pid, revision };
  } catch {
    return undefined;
  }
}

const restless = (name: string): ProcessError =>
  new ProcessError('Unavailable', `${name} changes its owner again and again: try later`);
