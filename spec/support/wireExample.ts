import { expect } from '@jest/globals';
import { mergeMap } from 'rxjs';
import { channel, emit, event, ofEvent, WebSocketMessage } from '../../lib/channels/index.js';
import { reply } from '../../lib/index.js';
import { type ChannelTest, channelTest, type TestClient } from '../../lib/testing/index.js';

const say = event<{ text: string }, { length: number }>('say');
const said = event<{ text: string }>('said');

/** What says `said` to all when somebody says `say`. */
const room = channel('room:*', {
  events: [say],
  behavior: (inbox) =>
    inbox.pipe(
      ofEvent(say),
      mergeMap((message) => [
        emit(said, message.data),
        reply(message, { length: message.data.text.length }),
      ]),
    ),
});

/** An example of docs/protocol.md with the real server: what the client says, what it hears, and what else happens. */
export class WireExample {
  readonly #t: ChannelTest = channelTest({
    channels: [
      room,
      channel('secret', { isPrivate: true }),
      channel('log:*', { history: {} }),
      channel('crowd:*', { presence: true }),
    ],
  });
  #ann: TestClient | undefined;
  #bob: TestClient | undefined;
  /** How many frames the example has shown. */
  #shown = 0;
  /** What the server has heard of its last request. */
  #outcome: unknown;

  /** Plays its lines. @throws where a frame is another one than the example shows, or one is not shown. */
  play(lines: readonly string[]): void {
    for (const [n, line] of lines.entries()) {
      const rest = line.slice(2);
      if (line.startsWith('→ ')) this.#client.send(this.#real(rest));
      else if (line.startsWith('← ')) this.#hear(rest);
      else this.#act(rest);
      // The hello is the same each time.
      if (
        /^— ann connects|^— connects|connects again/.test(line) &&
        !lines[n + 1]?.includes('WebSocket connected')
      )
        this.#skip();
    }
    expect(this.#client.frames.slice(this.#shown)).toEqual([]);
    this.#t.end();
  }

  get #client(): TestClient {
    if (this.#ann === undefined) throw new Error('the example has nobody who connects');
    return this.#ann;
  }

  #hear(text: string): void {
    const frame = this.#client.frames[this.#shown++];
    expect(steady(JSON.stringify(frame) ?? 'null')).toBe(steady(text));
  }

  /** What the page calls the session and the epoch, as they really are. */
  #real(text: string): string {
    const names = this.#client.frames.flatMap(({ hello, result }) => [
      [STEADY.session, hello?.session],
      [STEADY.epoch, (result as { epoch?: string } | undefined)?.epoch],
    ]);
    return names.reduce(
      (real, [name, value]) => (value === undefined ? real : real.replace(`${name}`, `${value}`)),
      text,
    );
  }

  #skip(): void {
    this.#shown = this.#client.frames.length;
  }

  #act(what: string): void {
    for (const [pattern, act] of this.#acts) {
      const [whole, ...given] = pattern.exec(what) ?? [];
      if (whole === what) return act(...given);
    }
    throw new Error(`nobody knows how to play: ${what}`);
  }

  /** What may stand behind a dash. */
  readonly #acts: readonly (readonly [RegExp, (...given: string[]) => void])[] = [
    [/connects to \/ws and offers no subprotocol/, () => this.#connect('plain')],
    [
      /ann connects to \/ws and offers ([\w.-]+)(?:, and subscribes (\S+))?/,
      (protocol = '', name) => {
        this.#connect(protocol);
        if (name !== undefined) this.#client.subscribeAndJoin(name);
      },
    ],
    [
      /the server sends "(.*)" to (\S+)/,
      (text = '', name = '') => this.#t.manager.sendToChannel(name, WebSocketMessage.text(text)),
    ],
    [
      /the server unsubscribes ann from (\S+)/,
      (name = '') => this.#t.manager.unsubscribe(this.#client.pid, name),
    ],
    [/the server asks ann for (\S+)/, (name = '') => this.#ask(name)],
    [/the server has (?:the answer|the error) (.*)/, (text) => expect(this.#outcome).toBe(text)],
    [/(\d+) s pass/, (seconds) => this.#t.advance(`${Number(seconds)}s`)],
    [/ann loses the connection/, () => this.#client.drop()],
    [/ann connects again/, () => this.#client.reconnect()],
    [
      /ann loses the connection before that comes, and connects again/,
      () => {
        this.#client.drop();
        this.#client.reconnect();
      },
    ],
    [
      /(\d+) s pass while ann has no connection, and ann connects again/,
      (seconds) => {
        this.#client.drop();
        this.#t.advance(`${Number(seconds)}s`);
        this.#client.reconnect();
      },
    ],
    [
      /bob connects, and subscribes (\S+)/,
      (name = '') => {
        this.#bob = this.#t.connect({ identity: 'bob' });
        this.#bob.subscribeAndJoin(name);
        this.#tellPresence();
      },
    ],
    [
      /bob closes with (\d+)/,
      (code) => {
        this.#bob?.close(Number(code));
        this.#tellPresence();
      },
    ],
  ];

  #connect(protocol: string): void {
    this.#ann = this.#t.connect({ identity: 'ann', protocol });
  }

  /** Lets the time pass for which changes are gathered (PR5). */
  #tellPresence(): void {
    this.#t.advance('50ms');
  }

  #ask(name: string): void {
    const hear = (outcome: unknown): void => {
      this.#outcome = outcome;
    };
    this.#t.manager.request(this.#client.pid, event(name), null).subscribe({
      next: (value) => hear(JSON.stringify(value)),
      error: ({ code }) => hear(code),
    });
  }
}

/** What is another each time, as what it is in the page. */
const STEADY: Readonly<Record<string, unknown>> = {
  timestamp: 1_762_000_000,
  session: 'BBBBBBBBBBBBBBBBBBBBBB',
  epoch: 'k3x9t0aa',
  since: 1_762_000_000_123,
};

/** A frame with what is steady; keys stay in their order (CP2). */
const steady = (text: string): string =>
  JSON.stringify(JSON.parse(text), (key, value) => {
    if (key === 'hello') return { ...value, id: 'AAAAAAAAAAAAAAAAAAAAAA' };
    return STEADY[key] !== undefined && value !== undefined ? STEADY[key] : value;
  });
