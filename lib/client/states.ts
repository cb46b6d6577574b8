import { Stream } from './stream.js';

/** Where something stands, of a union of states. */
export class States<S extends { readonly status: string }> extends Stream<S> {
  constructor(first: S) {
    super(true);
    this.next(first);
  }

  get value(): S {
    return this.kept[0] as S;
  }

  isAt(...statuses: readonly S['status'][]): boolean {
    return statuses.includes(this.value.status);
  }
}
