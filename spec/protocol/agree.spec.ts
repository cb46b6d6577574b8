import { describe, expect, it } from '@jest/globals';
import { agree } from '../../lib/protocol/index.js';

const bearer = (token: string): string =>
  `rx-process.bearer.${Buffer.from(token).toString('base64url')}`;
const v1 = { dialect: 'rx-process.v1', selected: 'rx-process.v1' };
const unsupported = { dialect: undefined, selected: 'rx-process.unsupported' };

describe('agree', () => {
  it.each([
    { offered: undefined, as: { dialect: 'plain', selected: undefined } },
    { offered: '', as: { dialect: 'plain', selected: undefined } },
    { offered: 'chat, graphql-ws', as: { dialect: 'plain', selected: undefined } },
    { offered: 'rx-process.v1', as: v1 },
    { offered: 'chat,rx-process.v1 , rx-process.unsupported', as: v1 },
    { offered: 'rx-process.v2,rx-process.v1', as: v1 },
    { offered: 'rx-process.v2,rx-process.unsupported', as: unsupported },
    { offered: 'rx-process.unsupported', as: unsupported },
    { offered: 'rx-process.v2', as: { refused: 'Unsupported subprotocol' } },
    { offered: 'RX-PROCESS.v1, rx-process.v2', as: { refused: 'Unsupported subprotocol' } },
    { offered: bearer('a'), as: { refused: 'Unsupported subprotocol' } },
  ])('selects the dialect for $offered (CP3)', ({ offered, as }) => {
    expect(agree(offered)).toEqual(as);
  });

  it.each(['a', 'ä€😀', 'x'.repeat(8_192)])(
    'reads a token, which it never selects (CP3)',
    (token) => {
      const offered = `rx-process.v1, ${bearer(token)}, rx-process.unsupported`;

      expect(agree(offered)).toEqual({ ...v1, token });
    },
  );

  it.each([
    { what: 'empty', item: 'rx-process.bearer.' },
    { what: 'padded', item: 'rx-process.bearer.YQ==' },
    { what: 'base64', item: 'rx-process.bearer.a+b/' },
    { what: 'cut', item: 'rx-process.bearer.YWJjZ' },
    { what: 'no UTF-8', item: 'rx-process.bearer._w' },
    { what: 'above 8 KiB', item: bearer('x'.repeat(8_193)) },
    { what: 'far above', item: bearer('x'.repeat(100_000)) },
  ])('refuses a token that is $what, without a word of it (CP3)', ({ item }) => {
    expect(agree(`rx-process.v1,${item}`)).toEqual({ refused: 'Invalid token' });
  });
});
