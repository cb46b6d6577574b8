import { ProcessError } from './processError.js';

/** The error of a method that was called without its object: `const { send } = self`, `subscribe(self.exit)` (I9). */
export function unbound(owner: string, method: string): ProcessError {
  const call = `${owner}.${method}(…)`;
  const hint = `call it as ${call}, or hand over () => ${call}`;
  return new ProcessError('Invalid', `${owner}.${method} was called without ${owner}: ${hint}`);
}
