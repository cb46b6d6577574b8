/**
 * How `act` and `receive` hold a mailbox back without knowing it (M12). While a mailbox delivers a
 * message it is the current one; whoever handles the message asks for a hold during that delivery.
 */
export interface Holdable {
  /** Delivers nothing more to the inbox until the returned function is called. */
  hold(): () => void;
  /** A function for later, in the context that is in force now (F1). */
  bindContext(run: () => void): () => void;
  /** Hears that one of its readers has not read the message of this delivery. */
  passed(message: object, reader: object): void;
}

let current: Holdable | undefined;

/** Names the mailbox that is about to deliver; `undefined` afterwards. Deliveries never nest (M4). */
export function setDelivering(mailbox: Holdable | undefined): void {
  current = mailbox;
}

const NOTHING = (): void => {};

/** Holds the mailbox that is delivering now. Outside a delivery, as in a marble, it does nothing. */
export function holdDelivering(): () => void {
  return current === undefined ? NOTHING : current.hold();
}

/** A function for later, in the context of the message that is delivered now, if its system keeps one. */
export function inItsContext(run: () => void): () => void {
  return current === undefined ? run : current.bindContext(run);
}

/** Tells the mailbox that is delivering now that a reader does not want the message. */
export function letPass(message: object, reader: object): void {
  if (current !== undefined) current.passed(message, reader);
}
