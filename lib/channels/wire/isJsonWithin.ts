/** Whether a value has no more than so many bytes of JSON; what is not there has none. */
export function isJsonWithin(value: unknown, max: number): boolean {
  if (value === undefined) return true;
  const text = textOf(value);
  return text !== undefined && text.length <= max && Buffer.byteLength(text) <= max;
}

/** `undefined` for what is nested deeper than a stack, as only a very long text can be. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
