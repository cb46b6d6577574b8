import type { Observable } from 'rxjs';
import type { Pid } from '../../core/index.js';

/** What is needed of a cluster; `joinCluster` gives one. */
export interface ChannelCluster {
  /** That of the system which has joined. */
  readonly node: { readonly id: string };
  /** Names that one process of the whole cluster has (D40). */
  readonly names: {
    claim(
      name: string,
      id: string,
      options: { readonly args: readonly unknown[]; readonly host: string },
    ): Observable<Pid>;
  };
  /** Whether other nodes are told only how many are in the groups of a scope (D48). */
  isCounted(scope: string): boolean;
}
