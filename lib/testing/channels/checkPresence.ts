import { show } from '../marbles/show.js';

/** Checks who is present, as the server has told it. @throws Error that shows who is, at the caller of `method`. */
export function checkPresence(
  method: (...args: never[]) => unknown,
  what: string,
  { members, count }: { readonly members?: unknown; readonly count?: unknown },
  keys: readonly string[],
): void {
  const present = (members as readonly { readonly key: string }[] | undefined)?.map(
    ({ key }) => key,
  );
  const isEqual = present !== undefined && show([...present].sort()) === show([...keys].sort());
  if (isEqual) return;
  const instead =
    present === undefined
      ? `the channel tells only how many: ${count}`
      : `present: ${show(present)}. Changes are told at most every 50 ms: t.advance('50ms')`;
  const error = new Error(`${what}: ${instead}`);
  Error.captureStackTrace(error, method);
  throw error;
}

/** How a test has written it. */
export const presenceText = (channel: string, keys: readonly string[]): string =>
  `assertPresence(${show(channel)}, ${show(keys)})`;
