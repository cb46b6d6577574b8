import { Subscription } from 'rxjs';

/**
 * Tells what a browser says about its page and network (CC10). Elsewhere there is nothing to hear.
 *
 * @returns what stops it
 */
export function watchPage(listener: PageListener): Subscription {
  const page = globalThis as Target;
  const hear = ({ type, persisted }: PageEvent): void => {
    if (type === 'offline') listener.doubt();
    else if (type === 'pagehide') listener.depart();
    else if (isHidden()) listener.hide();
    else if (type !== 'pageshow' || persisted) listener.wake();
  };
  for (const type of EVENTS) page.addEventListener?.(type, hear);
  return new Subscription(() => {
    for (const type of EVENTS) page.removeEventListener?.(type, hear);
  });
}

/** All of them come to the window, `visibilitychange` from its document. */
const EVENTS = ['online', 'offline', 'pageshow', 'pagehide', 'visibilitychange'];

/** What a page may do. */
export interface PageListener {
  /** It is seen again, or has a network again. */
  wake(): void;
  /** The network may be gone. */
  doubt(): void;
  hide(): void;
  /** It is left, and may come back as it was. */
  depart(): void;
}

/** Whether there is a page that nobody sees. */
export const isHidden = (): boolean | undefined => (globalThis as Target).document?.hidden;

interface Target {
  readonly document?: { readonly hidden: boolean };
  addEventListener?(type: string, hear: (event: PageEvent) => void): void;
  removeEventListener?(type: string, hear: (event: PageEvent) => void): void;
}

interface PageEvent {
  readonly type: string;
  readonly persisted?: boolean;
}
