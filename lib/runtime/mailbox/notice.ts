/** An EXIT that waits among the messages of an outlet, so that it is delivered in its order (N5). */
export abstract class Notice {
  abstract deliver(): void;
}

/** Where a notice waits: an outlet. */
interface WaitingPlace {
  notify(notice: Notice): void;
}

/** A notice that waits in several outlets, one after the other, each time behind what waits there. */
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
