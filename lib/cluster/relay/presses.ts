import type { Pid } from '../../core/index.js';
import type { Process } from '../../runtime/index.js';
import type { SharedSession } from '../relations/shared.js';

/** Tells other nodes which mailboxes here their connections have filled to the mark, and when there is room again (D55). */
export class Presses {
  /** Who was told that a mailbox is full. Freed when there is room, or the process has ended. */
  readonly #told = new Map<Pid, Set<SharedSession>>();

  get size(): number {
    return this.#told.size;
  }

  /** To be called when a mailbox has got a frame from another node. */
  look({ pid, mailbox }: Process, session: SharedSession): void {
    // Also while others wait before those of that node, who would starve otherwise (Q2).
    if (!mailbox.isBusy) return;
    const told = this.#told.get(pid) ?? new Set();
    if (told.size === 0) {
      this.#told.set(pid, told);
      mailbox.waitForRoom({ proceed: () => this.#relieve(pid) });
    }
    if (told.has(session)) return;
    told.add(session);
    session.post({ kind: 'press', pid, pressed: true });
  }

  #relieve(pid: Pid): void {
    const told = this.#told.get(pid) ?? [];
    this.#told.delete(pid);
    for (const session of told) session.post({ kind: 'press', pid, pressed: false });
  }
}
