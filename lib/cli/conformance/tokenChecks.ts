import { V1 } from '../../protocol/index.js';
import type { Check } from './check.js';
import { clockTime, real, type Stage } from './stage.js';
import { expectEqual, expectThat } from './unexpected.js';

/** Tokens that end (CC9, B32). */
export const tokenChecks: readonly Check[] = [
  {
    name: 'renewal',
    rules: 'CC9',
    about: 'comes back after 4401 with another token, at most twice in a row; else never',
    run: renewal,
  },
  {
    name: 'refresh',
    rules: 'CC9',
    about: 'sends refresh with a new token at 80–90 % of expires_in',
    async run(stage) {
      const peer = await stage.open({ expires_in: 20_000 }, 'a', 'b', 'c');
      const at = peer.sentAt;
      const first = await peer.command('refresh');
      const wait = performance.now() - at;
      expectThat(wait >= real(15_900), 'no refresh before 80 % of 20 s', clockTime(wait));
      expectEqual('the token', first.payload.token, 'b');
      peer.reply(first, { expires_in: 10_000 });
      expectEqual('the token', (await peer.command('refresh')).payload.token, 'c');
    },
  },
];

async function renewal(stage: Stage): Promise<void> {
  let dial = await stage.dial('a', 'b', 'c', 'd');
  for (const token of ['a', 'b', 'c']) {
    const bearer = `rx-process.bearer.${Buffer.from(token).toString('base64url')}`;
    expectThat(dial.offered.includes(bearer), `the token ${token}`, dial.offered);
    dial.accept(V1).close(4401, 'token expired');
    if (token !== 'c') dial = await stage.redial(`a dial with the token after ${token}`);
  }
  await stage.closedForGood(4401, 'closed for good after three tokens in a row');

  // The provider has only this one.
  (await stage.dial('a')).accept(V1).close(4401, 'token expired');
  await stage.closedForGood(4401, 'closed for good, since the token is the same again');

  (await stage.dial()).accept(V1).close(4401, 'token missing');
  await stage.closedForGood(4401, 'closed for good, since there is no token');
}
