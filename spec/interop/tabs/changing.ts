import { filter, firstValueFrom, Subject, startWith } from 'rxjs';
import { within } from '../../express/support.js';

/** Something that changes, and can be waited for. */
export abstract class Changing {
  protected readonly change$ = new Subject<void>();

  /** Waits until something is so; the deadline is for machines that do much else. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const is$ = this.change$.pipe(startWith(undefined), filter(isSo));
    await within(firstValueFrom(is$), what, 30_000).catch((error: Error) => {
      throw new Error(`${error.message}; ${this.tells()}`);
    });
  }

  /** How it stands, for who waits in vain. */
  protected abstract tells(): string;
}
