/** Whether a value has no more than so many bytes of JSON; what is not there has none. */
export function isJsonWithin(value: unknown, max: number): boolean {
  if (value === undefined) return true;
  const text = JSON.stringify(value);
  // Three bytes a character at most, so that nearly nothing has to be measured.
  return (
    text.length * 3 <= max || (text.length <= max && new TextEncoder().encode(text).length <= max)
  );
}
