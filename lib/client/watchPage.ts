/**
 * Tells of what a browser says about its page and network (CC10), and whether nobody sees the page. Elsewhere there is
 * nothing to hear.
 *
 * @returns what stops it
 */
export function watchPage(hear: (event: PageEvent) => void): () => void {
  const page = globalThis as Target;
  for (const type of EVENTS) page.addEventListener?.(type, hear);
  return () => {
    for (const type of EVENTS) page.removeEventListener?.(type, hear);
  };
}

/** All of them come to the window, `visibilitychange` from its document. */
const EVENTS = ['online', 'offline', 'pageshow', 'pagehide', 'visibilitychange'];

/** Whether there is a page that nobody sees. */
export const isHidden = (): boolean | undefined => (globalThis as Target).document?.hidden;

/** Something that a page says. */
export interface PageEvent {
  readonly type: string;
  /** Of `pageshow`: it was kept by the browser as it was. */
  readonly persisted?: boolean;
}

interface Target {
  readonly document?: { readonly hidden: boolean };
  addEventListener?(type: string, hear: (event: PageEvent) => void): void;
  removeEventListener?(type: string, hear: (event: PageEvent) => void): void;
}
