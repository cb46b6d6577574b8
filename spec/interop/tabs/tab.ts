import type { Page } from 'playwright-core';
import WebSocket from 'ws';
import type { ChannelClient, ClientOptions, Position } from '../../../lib/client/index.js';
import { onCleanup } from '../../express/support.js';
import type { Network } from '../network.js';
import { Changing } from './changing.js';
import { follow, type Told } from './follow.js';

/** A client of the specs with a network of its own, and what it has told since it came. */
export abstract class Tab extends Changing implements Told {
  readonly states: string[] = [];
  readonly heard: (number | string)[] = [];
  readonly here: string[] = [];
  readonly recovered: string[] = [];
  readonly answers: string[] = [];

  constructor(
    readonly user: string,
    readonly room: string,
    readonly network: Network,
  ) {
    super();
  }

  /** Closes its client, as an application does. */
  abstract leave(): Promise<void>;

  /** Waits until it has told something as the last of a list. */
  last(list: keyof Told, what: string | number): Promise<void> {
    return this.until(`${this.user}: ${what}`, () => this[list].at(-1) === what);
  }

  protected readonly tell = (list: keyof Told, what: string | number): void => {
    (this[list] as (string | number)[]).push(what);
    this.change$.next();
  };

  protected tells(): string {
    const { states, heard, here, recovered, answers } = this;
    const told = { states, here, recovered, heard: heard.slice(-3), answers: answers.slice(-3) };
    return `${this.user} has told ${JSON.stringify(told)}`;
  }
}

/** Of a page in a browser. */
export class PageTab extends Tab {
  constructor(
    readonly page: Page,
    ...rest: ConstructorParameters<typeof Tab>
  ) {
    super(...rest);
  }

  async enter(options: ClientOptions): Promise<this> {
    const { page, user, room, network } = this;
    await page.exposeFunction('tell', this.tell);
    const query = new URLSearchParams({ user, room, options: JSON.stringify(options) });
    await page.goto(`http://127.0.0.1:${network.port}/?${query}`);
    return this;
  }

  async leave(): Promise<void> {
    await this.page.evaluate('client.close()');
    await this.page.close();
  }
}

/** Of Node. */
export class NodeTab extends Tab {
  #position: Position | undefined;
  #client: ChannelClient | undefined;

  enter(options: ClientOptions): this {
    const { user, room, network } = this;
    this.#client = follow(
      {
        url: `ws://127.0.0.1:${network.port}/ws?user=${user}`,
        room,
        // Its own, where this Node has one.
        options: { WebSocket: globalThis.WebSocket ?? WebSocket, ...options },
        place: {
          load: () => this.#position,
          save: (position) => {
            this.#position = position;
          },
        },
      },
      this.tell,
    );
    onCleanup(() => this.leave());
    return this;
  }

  async leave(): Promise<void> {
    this.#client?.close();
  }
}
