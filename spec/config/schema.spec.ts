import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { relayOptions } from '../../lib/codec/config/relayOptions.js';
import { configSchema } from '../../lib/codec/index.js';
import { readOptions } from '../../lib/upgrade/readOptions.js';
import { read } from '../support/pages.js';
import { GOOD } from './documents.js';

const validate = new Ajv({ strict: false }).compile(configSchema());
const problems = (text: string): unknown[] => {
  validate(parse(text));
  return [...new Set(validate.errors?.map(({ instancePath }) => instancePath))];
};
const ROUTER = 'name: r, kind: http.router, meta: { server: gateway }';
const RELAYED = `${ROUTER}, post_middleware: [websocket_relay]`;

describe('docs/router.schema.json', () => {
  it('is made from the table by which a configuration is read: else run npm run schema', () => {
    expect(JSON.parse(read('docs/router.schema.json'))).toEqual(configSchema());
  });

  it.each([...GOOD, read('examples/15-config.yaml')])('finds nothing wrong with %s', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    { what: 'a text', text: 'hello', at: '' },
    { what: 'a missing field', text: '- { name: r, kind: http.router }', at: '/0' },
    { what: 'an unknown field', text: `- { ${ROUTER}, prefx: /a }`, at: '/0' },
    { what: 'an unknown kind', text: '- { name: r, kind: http.routr }', at: '/0/kind' },
    { what: 'a prefix', text: `{ ${ROUTER}, prefix: ws }`, at: '/prefix' },
    { what: 'a list', text: `- { ${ROUTER}, middleware: a }`, at: '/0/middleware' },
    {
      what: 'an option of the relay',
      text: `- { ${RELAYED}, post_options: { wsrelay.max: 1 } }`,
      at: '/0/post_options',
    },
    {
      what: 'a duration',
      text: `- { ${RELAYED}, post_options: { wsrelay.ping.interval: 5x } }`,
      at: '/0/post_options/wsrelay.ping.interval',
    },
    {
      what: 'a size',
      text: `- { ${RELAYED}, post_options: { wsrelay.max.payload: 0 } }`,
      at: '/0/post_options/wsrelay.max.payload',
    },
    { what: 'a version', text: `version: 1.0\nentries: []`, at: '/version' },
    { what: 'an entry in a map', text: `version: "1.0"\nentries: [{}]`, at: '/entries/0' },
  ])('marks $what', ({ text, at }) => {
    expect(problems(text)).toContain(at);
  });

  it('says the defaults that the relay has (CF2)', () => {
    const { hub, ...settings } = readOptions('schema', {});
    const defaults: Readonly<Record<string, unknown>> = { ...settings, ...hub };
    const { properties } = relayOptions.schema as {
      properties: Record<string, { description: string }>;
    };
    const said = Object.entries(properties).map(([key, { description }]) => {
      const value = /[Dd]efault:? (\w+)/.exec(description)?.[1];
      const { right } = relayOptions.decode({ [key]: value }) as {
        right?: Record<string, unknown>;
      };
      const option = key.slice('wsrelay.'.length).replace(/\.(.)/g, (_, c) => c.toUpperCase());
      return { option, value: right?.[key] };
    });

    expect(said.shift()).toEqual({ option: 'allowedOrigins', value: ['none'] });
    expect(said).toEqual(said.map(({ option }) => ({ option, value: defaults[option] })));
  });
});
