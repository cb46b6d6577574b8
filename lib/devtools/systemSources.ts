import { createRequire } from 'node:module';
import { defer, EMPTY, type Observable, of } from 'rxjs';
import { ProcessError } from '../core/index.js';
import { kernelOf, type System } from '../runtime/index.js';
import type { Sources } from './answering.js';
import { Lives } from './life/lives.js';
import { perform } from './perform.js';
import { type Efforts, type Hubs, Views } from './views/views.js';
import type { Hello } from './wire/answer.js';
import type { Act, Ask } from './wire/ask.js';

const { version } = createRequire(import.meta.url)('../../package.json');

/** What one page is answered, of a running system. */
export class SystemSources implements Sources {
  readonly #system: System;
  readonly #settings: Settings;
  readonly #views: Views;
  readonly #lives: Lives;

  /** @param hubs the relays whose connections are shown */
  constructor(system: System, hubs: Hubs, settings: Settings) {
    const { efforts } = settings;
    this.#system = system;
    this.#settings = settings;
    this.#views = new Views({ system, hubs, payloads: settings.payloads, effort: efforts.lists });
    this.#lives = new Lives(system, settings.payloads, efforts.lives);
  }

  hello(): Hello {
    const { actions, payloads } = this.#settings;
    const kernel = this.#system[kernelOf];
    return { version, node: kernel.node ?? '', actions, payloads, now: kernel.now() };
  }

  values(ask: Ask): Observable<unknown> {
    if ('watch' in ask) {
      return ask.watch === 'life' ? this.#lives.watch(ask.id, ask) : this.#views.of(ask);
    }
    if ('spec' in ask) return this.#lives.spec(ask.spec);
    return 'act' in ask ? defer(() => of(this.#act(ask))) : EMPTY;
  }

  #act(act: Act): true {
    const { actions, who } = this.#settings;
    if (!actions) {
      const text = 'the devtools only look: devtools(system, { actions: true }) has them act';
      throw new ProcessError('Unavailable', text);
    }
    perform(this.#system, act, who);
    return true;
  }
}

/** What the application allows, and whose page it is. */
export interface Settings {
  readonly actions: boolean;
  readonly payloads: boolean;
  /** The address of its client. */
  readonly who: string;
  readonly efforts: Efforts;
}
