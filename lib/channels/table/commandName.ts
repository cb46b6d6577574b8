/**
 * The name of the function that has made a command, for a stream whose subscriber makes one in vain; `undefined` for
 * anything else. Its fields tell a command from data of an application that has such a `type` as well.
 */
export function commandName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type } = value as { readonly type?: unknown };
  const fields = FIELDS.get(type);
  return fields === Object.keys(value).join() ? String(type) : undefined;
}

const FIELDS: ReadonlyMap<unknown, string> = new Map([
  ['emit', 'type,message,onlyTo,exclude,record,key,answers'],
  ['push', 'type,to,message'],
  ['kick', 'type,pid,reason,retry'],
  ['accept', 'type,message,joining'],
  ['refuse', 'type,message,code,text'],
  ['reply', 'type,message,payload'],
]);
