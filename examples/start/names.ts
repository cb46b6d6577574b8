/** What people may call themselves and their rooms: a line of up to 32 characters, of any script, without space around. */
const NAME = /^(?!\s)[^\p{Cc}\p{Cs}\u2028\u2029]{1,32}(?<!\s)$/u;

/** Whether somebody or a room may be called so. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && NAME.test(value) && value === value.normalize();
