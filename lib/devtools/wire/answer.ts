/** What the server says. */
export type Answer =
  | { readonly hello: Hello }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly text: string } }
  /** A watch has ended, as that of a process with its exit. */
  | { readonly id: number; readonly end: true };

/** The first frame. */
export interface Hello {
  readonly version: string;
  readonly node: string;
  readonly actions: boolean;
  readonly payloads: boolean;
  /** The system's clock, so that the page can say how long ago something was. */
  readonly now: number;
}
