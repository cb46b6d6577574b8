/** What was found wrong: kept, because a stream's subscriber that throws is heard by nobody. */
export class Checks {
  readonly wrong: string[] = [];

  must(isTrue: boolean, what: string): void {
    if (!isTrue) this.wrong.push(what);
  }
}
