/** Whether it is an object of fields: no list, no Map, no Error, whose fields would be overlooked. */
export const isPlain = (value: unknown): value is object =>
  Object.prototype.toString.call(value) === '[object Object]';
