import { parseJson, UNSUPPORTED, V1 } from '../../protocol/index.js';
import { cures } from './cures.js';
import { type Finding, fail, ok } from './finding.js';
import { refused } from './refused.js';
import type { Spoken } from './seen.js';
import type { Site } from './site.js';

/** Whether dialect v1 is agreed on, by a server that has channels; one without them speaks none. */
export function protocol(spoken: Spoken, hasChannels: boolean, site: Site): Finding {
  if ('protocol' in spoken) {
    if (spoken.protocol !== V1) {
      const text = `${spoken.protocol === UNSUPPORTED ? 'the server speaks another version' : spoken.protocol} (4406)`;
      return fail(text, 'npm: the same version of rx-process at both ends');
    }
    if (helloOf(spoken) !== undefined) return ok(`${V1}, and its hello`);
    return fail(`${V1} is agreed on, and no hello comes`, 'Express: the log has the error');
  }
  const { answer } = spoken;
  // `ws` does as a browser does, and leaves where none of what it has offered is chosen.
  if (answer.body !== NOT_CHOSEN) {
    const { text, cure } = refused(answer, site);
    return fail(`${V1} is offered: ${text}`, cure);
  }
  if (!hasChannels) return ok('none: a WebSocket without channels');
  return fail(`${V1} is offered to channels, and does not arrive`, cures.protocol);
}

/** What `ws` says of a 101 without a subprotocol. */
export const NOT_CHOSEN = 'Server sent no subprotocol';

/** Whether the first message is that of a manager of channels (B4). */
export function isWelcome(message: string | undefined): boolean {
  const said = parseJson(message as string) as { type?: unknown; payload?: unknown } | undefined;
  return said?.type === 'system' && /^(WebSocket c|C)onnected/.test(String(said.payload));
}

/** What the hello of v1 says (CP20); `undefined`: there was none. */
export function helloOf(spoken: Spoken): Hello | undefined {
  if (!('protocol' in spoken) || spoken.hello === undefined) return undefined;
  const said = parseJson(spoken.hello) as { hello?: { limits?: Hello } | null } | undefined;
  if (said?.hello === undefined || said.hello === null) return undefined;
  const payload = said.hello.limits?.payload;
  // Whoever it is may say anything.
  return Number.isSafeInteger(payload) && Number(payload) > 0 ? { payload } : {};
}

interface Hello {
  /** The largest message that it takes, in bytes. */
  readonly payload?: number | undefined;
}
