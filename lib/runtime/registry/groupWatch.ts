import type { Observable, Subscriber } from 'rxjs';
import type { GroupEvent } from '../../core/index.js';
import { withOne, without } from '../collections/few.js';
import { ProcessStream } from '../mailbox/processStream.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';
import type { Watch, Watcher } from '../ties/monitor.js';
import { eventOf, type GroupObserver } from './group.js';
import { checkPlace, type GroupPlace, type GroupTable } from './groupTable.js';

/**
 * One subscription to the changes of a group or of a scope (G5). Each change goes through the run queue,
 * so that no subscriber runs inside the call of a process that joins (M4).
 */
export class GroupWatch implements GroupObserver, Receiver, Watch {
  readonly #queue: RunQueue;
  readonly #subscriber: Subscriber<GroupEvent>;

  /** `owner` is the process whose code subscribes; `undefined` outside of processes. */
  constructor(queue: RunQueue, subscriber: Subscriber<GroupEvent>, owner?: Watcher) {
    this.#queue = queue;
    this.#subscriber = subscriber;
    if (owner === undefined) return;
    owner.watch(this);
    subscriber.add(() => owner.unwatch(this));
  }

  next(event: GroupEvent): void {
    this.#queue.push(this, event);
  }

  receive(event: GroupEvent): void {
    // After unsubscribing, a change that is still queued is dropped, because the subscriber is closed.
    this.#subscriber.next(event);
  }

  /** Completes when the owner's body ends, so that code which awaits a change goes on (E3). */
  abandon(): void {
    this.#subscriber.complete();
  }
}

/** The changes of a group, for a process. The stream completes with the body that has asked for it. */
export function groupStream(
  process: Watcher & { readonly kernel: { readonly groups: GroupTable } },
  place: GroupPlace,
): Observable<GroupEvent> {
  checkPlace(place);
  const { queue } = process;
  const { groups } = process.kernel;
  return new ProcessStream<GroupEvent>(process, {
    attach: (subscriber) => {
      if (!process.running) return subscriber.complete();
      process.tracer?.asked('monitorGroup', place.group);
      return watchGroup(groups, place, new GroupWatch(queue, subscriber, process));
    },
  });
}

/** Watches one group: emits the members, then each change. */
export function watchGroup(groups: GroupTable, place: GroupPlace, watch: GroupWatch): () => void {
  const group = groups.open(place);
  // Both happen in one turn, so that no change is lost or emitted twice.
  watch.next(eventOf('members', group.name, group.pids));
  group.watches = withOne(group.watches, watch);
  return () => {
    group.watches = without(group.watches, watch);
    groups.tidy(group);
  };
}

/** Watches every group of a scope, including those that come later. */
export function watchScope(
  groups: GroupTable,
  name: string | undefined,
  watch: GroupWatch,
): () => void {
  const scope = groups.openScope(name);
  for (const { name, pids } of scope.groups.values()) {
    if (pids.length > 0) watch.next(eventOf('members', name, pids));
  }
  scope.watches = withOne(scope.watches, watch);
  return () => {
    scope.watches = without(scope.watches, watch);
    groups.tidyScope(scope);
  };
}
