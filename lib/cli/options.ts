/** Every option that a command of the program may have (CL1): the help, the completion and the reader know them from here. */
export const OPTIONS = {
  url: {
    type: 'string',
    value: ' <url>',
    about: 'where adminRoutes are; else RX_PROCESS_ADMIN_URL, else http://127.0.0.1:3000/_rx',
  },
  'token-file': {
    type: 'string',
    value: ' <file>',
    about: 'a file with the token; else RX_PROCESS_ADMIN_TOKEN',
  },
  timeout: {
    type: 'string',
    value: ' <duration>',
    about: 'how long the server may take to answer; 5s',
  },
  json: { type: 'boolean', about: 'print JSON, one object a line' },
  watch: { type: 'string', value: '[=2s]', about: 'again and again, until Ctrl-C' },
  node: {
    type: 'string',
    value: ' <name>',
    about: 'of a cluster this node alone, not the sums of all',
  },
  'require-server': { type: 'boolean', about: 'fail with 3 where no server is running' },
  import: {
    type: 'string',
    value: ' <file>',
    about: 'a module that sets it up: export default ({ system, handlers, manager }) => …',
  },
  only: {
    type: 'string',
    value: ' <names>',
    about: 'these checks and no others, by their names, with commas',
  },
  origin: {
    type: 'string',
    value: ' <origin>',
    about: 'the page that is to be able to connect; else one of the server itself, https://<host>',
  },
  'header-file': {
    type: 'string',
    value: ' <file>',
    about: 'headers that a browser would send as well, a line each: Cookie: …',
  },
  idle: {
    type: 'string',
    value: ' <duration>',
    about: 'for how long a silent connection is watched; 65s, since proxies cut after 60s',
  },
  help: { type: 'boolean', about: 'print this' },
} as const satisfies Record<string, Option>;

interface Option {
  readonly type: 'string' | 'boolean';
  /** As the help shows it behind the name. */
  readonly value?: string;
  /** One line of the help. */
  readonly about: string;
}

export type OptionName = keyof typeof OPTIONS;

/** The options that a command takes: its own, and the help that all have. */
export const optionsOf = (command: {
  readonly options: readonly OptionName[];
}): readonly OptionName[] => [...command.options, 'help'];

/** What was given of them. */
export type Values = {
  readonly [N in OptionName]?: (typeof OPTIONS)[N]['type'] extends 'string' ? string : boolean;
};
