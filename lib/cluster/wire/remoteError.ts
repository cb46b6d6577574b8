/**
 * An error of another node whose class this one need not have: `name`, `message`, `stack`, `cause` and its own plain fields
 * are those of the original (D24).
 */
export class RemoteError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
