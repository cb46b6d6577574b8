/** What a client may say with a subscribe (CP13). */
export interface SubscribeFields {
  readonly params?: unknown;
  readonly meta?: unknown;
  readonly token?: string;
  /** Whether it is told who is present (PR11). */
  readonly watch?: boolean;
  /** `false`: it is not counted among them (PR1). */
  readonly present?: boolean;
}
