import { type Finding, fail, ok, warn } from './finding.js';

/** Whether cookies of the 101 have the flags that keep them from others; values are not told. */
export function cookies(lines: readonly string[], isSecure: boolean): Finding {
  const wrong = lines.map((line) => lackOf(line, isSecure)).filter(({ lacks }) => lacks.length > 0);
  const names = lines.map(nameOf).join(', ');
  if (wrong.length === 0) return ok(lines.length === 0 ? 'none on the 101' : `${names}: all flags`);
  const text = wrong.map(({ name, lacks }) => `${name} without ${lacks.join(', ')}`).join('; ');
  // A script may be meant to read one, that of a CSRF token say.
  const isGrave = wrong.some(({ lacks }) => lacks.some((flag) => flag !== 'HttpOnly'));
  const cure = `Express: session({ cookie: { httpOnly: true, sameSite: 'lax'${isSecure ? ', secure: true' : ''} } })`;
  return isGrave ? fail(text, cure) : warn(text, cure);
}

function lackOf(line: string, isSecure: boolean): { name: string; lacks: readonly string[] } {
  const flags = line
    .split(';')
    .slice(1)
    .map((flag) => flag.trim().toLowerCase());
  const lacks = [
    ...(isSecure && !flags.includes('secure') ? ['Secure'] : []),
    ...(flags.includes('httponly') ? [] : ['HttpOnly']),
    ...(flags.some((flag) => /^samesite=(lax|strict)$/.test(flag)) ? [] : ['SameSite']),
  ];
  return { name: nameOf(line), lacks };
}

const nameOf = (line: string): string => line.split('=', 1)[0] as string;
