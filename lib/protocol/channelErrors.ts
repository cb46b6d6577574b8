/** The errors of requests, and whether each may succeed when it is tried again (CP6). */
export const channelErrors = {
  bad_request: false,
  unknown_command: false,
  unknown_event: false,
  invalid_data: false,
  not_found: false,
  denied: false,
  not_subscribed: false,
  not_present: false,
  unknown_channel: false,
  not_available: false,
  limit: false,
  expired: true,
  rate_limited: true,
  overloaded: true,
  timeout: true,
  crashed: true,
  internal: true,
  unrecoverable: false,
  failed: false,
  outcome_unknown: false,
} as const satisfies Readonly<Record<string, boolean>>;

/** The code of an error; an application may use others as well. */
export type ErrorCode = keyof typeof channelErrors;

/** Whether what failed with this code may succeed later, unless the error itself says so. */
export const mayRetry = (code: string): boolean =>
  Object.hasOwn(channelErrors, code) && channelErrors[code as ErrorCode];
