import { unbound } from '../../core/index.js';

/** Has each method of a class refuse a call without its object, as those of the real `self` do. */
export function guardMethods(owner: string, type: { readonly prototype: object }): void {
  const { prototype } = type;
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || typeof value !== 'function') continue;
    const guarded = function (this: unknown, ...args: unknown[]): unknown {
      if (this instanceof (type as never)) return value.apply(this, args);
      throw unbound(owner, name);
    };
    Object.defineProperty(prototype, name, { value: guarded });
  }
}
