/** Something that waits for its place among an outlet's entries and then runs: an EXIT (N5). */
export abstract class Notice {
  abstract deliver(): void;
}

/** Where a notice waits: an outlet. */
interface WaitingPlace {
  notify(notice: Notice): void;
}

/** A notice on its way through several outlets, waiting in each behind what waits there. */
export class Passage extends Notice {
  constructor(
    readonly notice: Notice,
    readonly ahead: WaitingPlace[],
  ) {
    super();
  }

  deliver(): void {
    const next = this.ahead.shift();
    if (next === undefined) this.notice.deliver();
    else next.notify(this);
  }
}
