/** The first wait and the longest one, in milliseconds; each is twice the one before. */
const FIRST = 500;
const LONGEST = 15_000;

/**
 * A WebSocket that comes back. `handlers.state(state, text, code)` tells how it is: connecting, open, idle,
 * or waiting, with the code of the close; `handlers.message(value)` gets each text frame as the JSON it is.
 */
export class Reconnecting {
  #url;
  #handlers;
  #socket;
  #timer;
  #attempts = 0;
  #stopped = false;

  constructor(path, handlers) {
    this.#url = new URL(path, location.href.replace(/^http/, 'ws'));
    this.#handlers = handlers;
    addEventListener('online', this.#now);
    this.#connect();
  }

  /** Whether it went out; a text is not kept for later. */
  send(text) {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  close() {
    this.#stopped = true;
    removeEventListener('online', this.#now);
    clearTimeout(this.#timer);
    this.#socket.close(1000);
    this.#handlers.state('idle', 'not connected');
  }

  #now = () => {
    if (this.#socket.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #connect() {
    this.#handlers.state('connecting', 'connecting…');
    this.#socket = new WebSocket(this.#url);
    this.#socket.onopen = () => {
      this.#attempts = 0;
      if (!this.#stopped) this.#handlers.state('open', 'connected');
    };
    this.#socket.onmessage = ({ data }) => {
      if (!this.#stopped) this.#handlers.message(JSON.parse(data));
    };
    this.#socket.onclose = ({ code }) => {
      if (!this.#stopped) this.#wait(code);
    };
  }

  /** Half of the wait is by chance, so that a restarted server is not met by all at once. */
  #wait(code) {
    const longest = Math.min(FIRST * 2 ** this.#attempts++, LONGEST);
    const wait = longest / 2 + (Math.random() * longest) / 2;
    const seconds = Math.ceil(wait / 1000);
    this.#handlers.state(
      'waiting',
      navigator.onLine ? `next try in ${seconds} s` : 'offline',
      code,
    );
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}
