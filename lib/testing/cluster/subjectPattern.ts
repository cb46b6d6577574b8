/** A subject that is subscribed to: `*` stands for one token, `>` at its end for one or more. */
export class SubjectPattern {
  readonly #tokens: readonly string[];

  constructor(subject: string) {
    this.#tokens = subject.split('.');
  }

  /** @param tokens those of a subject that is published on */
  fits(tokens: readonly string[]): boolean {
    const isOpen = this.#tokens.at(-1) === '>';
    if (isOpen ? tokens.length < this.#tokens.length : tokens.length !== this.#tokens.length) {
      return false;
    }
    return this.#tokens.every(
      (token, at) => token === '*' || token === '>' || token === tokens[at],
    );
  }
}
