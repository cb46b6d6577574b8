/**
 * What somebody says in a room. Its time is that of its sending, by the system's clock.
 *
 * @example chat.sendMessage('general', new ChatMessage('Alice', 'Hello everyone!'));
 */
export class ChatMessage {
  constructor(
    readonly username: string,
    readonly message: string,
    /** The room as the message itself names it; default none, since the channel says it. */
    readonly room: string | null = null,
  ) {}

  /** The same, naming a room. */
  inRoom(room: string): ChatMessage {
    return new ChatMessage(this.username, this.message, room);
  }
}
