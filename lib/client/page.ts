import { Subscription } from 'rxjs';

/**
 * Tells what a browser says about its page and network (CC10). Elsewhere there is nothing to hear.
 *
 * @returns what stops it
 */
export function watchPage(hear: PageListener): Subscription {
  const heard = new Subscription();
  const on = (target: Target | undefined, name: string, work: (event: PageEvent) => void): void => {
    if (!target?.addEventListener) return;
    target.addEventListener(name, work);
    heard.add(() => target.removeEventListener?.(name, work));
  };
  const page = globalThis as Target;
  on(page, 'online', () => hear.wake());
  on(page, 'offline', () => hear.doubt());
  on(page, 'pageshow', ({ persisted }) => persisted && hear.wake());
  on(page, 'pagehide', () => hear.depart());
  on(page.document, 'visibilitychange', () => (isHidden() ? hear.hide() : hear.wake()));
  return heard;
}

/** What a page may do. */
export interface PageListener {
  /** It has a network again, or is looked at again. */
  wake(): void;
  /** The network may be gone. */
  doubt(): void;
  hide(): void;
  /** It is left, and may come back as it was. */
  depart(): void;
}

/** Whether there is a page that nobody sees. */
export const isHidden = (): boolean => (globalThis as Target).document?.hidden === true;

interface Target {
  readonly document?: Target & { readonly hidden: boolean };
  addEventListener?(name: string, work: (event: PageEvent) => void): void;
  removeEventListener?(name: string, work: (event: PageEvent) => void): void;
}

interface PageEvent {
  readonly persisted?: boolean;
}
