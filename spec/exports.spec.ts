import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ExportNamedDeclaration, parseSync } from '@swc/core';

/** Every public name. Taking one away or renaming it breaks programs; a new one belongs in the docs. */
const ENTRIES = [
  {
    path: 'index.ts',
    load: () => import('../lib/index.js'),
    values: [
      'ChildStartError',
      'ExitError',
      'ProcessError',
      'act',
      'broadcast',
      'combine',
      'createSystem',
      'deleteChild',
      'done',
      'ensureChild',
      'every',
      'exit',
      'formatPid',
      'is',
      'isNormal',
      'isOrderly',
      'join',
      'leave',
      'ofTopic',
      'parsePid',
      'receive',
      'reply',
      'report',
      'restartChild',
      'send',
      'sendAfter',
      'startChild',
      'supervise',
      'terminateChild',
      'topic',
      'transition',
      'upgrade',
      'whichChildren',
    ],
    types: [
      'ActOptions',
      'BackoffOptions',
      'Behavior',
      'BroadcastOptions',
      'Call',
      'CallOptions',
      'Caller',
      'Cancel',
      'CancelOptions',
      'ChildInfo',
      'ChildSpec',
      'ChildStatus',
      'Command',
      'Context',
      'DropReason',
      'Duration',
      'Exit',
      'ExitInput',
      'ExitReason',
      'GroupEvent',
      'GroupOptions',
      'Groups',
      'HostOptions',
      'Inbox',
      'Letter',
      'LinkDown',
      'Logger',
      'MailboxOptions',
      'Matched',
      'Message',
      'Output',
      'PayloadOf',
      'Pid',
      'PidParts',
      'ProcessErrorCode',
      'ProcessErrorDetails',
      'ProcessInfo',
      'ProcessSignal',
      'ProcessStatus',
      'Ref',
      'ReplyOf',
      'RestartType',
      'Self',
      'SelfRequest',
      'SpawnOptions',
      'Spawned',
      'Step',
      'Strategy',
      'SuperviseOptions',
      'System',
      'SystemEvent',
      'SystemOptions',
      'Topic',
      'TraceEvent',
      'TraceSignal',
      'TreeNode',
    ],
  },
  {
    path: 'express/index.ts',
    load: () => import('../lib/express/index.js'),
    values: [
      'ConnectionError',
      'RELAY_HEADER',
      'acceptUpgrades',
      'setRelay',
      'websocketRelay',
      'ws',
    ],
    types: [
      'AcceptOptions',
      'ClientMessage',
      'Close',
      'ConnectionEvent',
      'ConnectionInfo',
      'Control',
      'GivenMetadata',
      'Heartbeat',
      'Join',
      'Leave',
      'Metadata',
      'Relay',
      'RelayFields',
      'RelayTarget',
      'Send',
      'WebsocketRelayOptions',
    ],
  },
  {
    path: 'ws/index.ts',
    load: () => import('../lib/ws/index.js'),
    values: ['Outbox', 'RelayWebSocket', 'UpgradeServer'],
    types: [
      'HandshakeResponse',
      'OutboxOptions',
      'Socket',
      'SocketEvent',
      'UpgradeServerOptions',
      'Valve',
    ],
  },
  {
    path: 'testing/index.ts',
    load: () => import('../lib/testing/index.js'),
    values: [
      'drills',
      'fakeSelf',
      'fakeSocket',
      'marbles',
      'message',
      'probe',
      'testSystem',
      'toMarbles',
      'toSpec',
    ],
    types: [
      'DrillEffect',
      'DrillOptions',
      'DrillRule',
      'Drills',
      'Equality',
      'FakeSelf',
      'FakeSelfOptions',
      'FakeSocket',
      'FakeSocketOptions',
      'Joined',
      'KillOptions',
      'MarbleHelpers',
      'Probe',
      'RecordingOptions',
      'Socket',
      'SocketAction',
      'SocketEvent',
      'SpecOptions',
      'TestSystem',
      'TestSystemOptions',
      'Valve',
    ],
  },
];

/** The names of an index, which only re-exports. */
function namesOf(path: string): { values: string[]; types: string[] } {
  const text = readFileSync(new URL(`../lib/${path}`, import.meta.url), 'utf8');
  const statements = parseSync(text, { syntax: 'typescript' }).body as ExportNamedDeclaration[];
  const names = statements.flatMap(({ specifiers, typeOnly }) =>
    specifiers.flatMap((each) =>
      each.type === 'ExportSpecifier'
        ? [{ name: (each.exported ?? each.orig).value, isType: typeOnly || each.isTypeOnly }]
        : [],
    ),
  );
  const pick = (isType: boolean): string[] =>
    names
      .filter((each) => each.isType === isType)
      .map(({ name }) => name)
      .sort();
  return { values: pick(false), types: pick(true) };
}

describe.each(ENTRIES)('lib/$path', ({ path, load, values, types }) => {
  it('exports these names and no other', () => {
    expect(namesOf(path)).toEqual({ values, types });
  });

  it('has them at run time', async () => {
    expect(Object.keys(await load()).sort()).toEqual(values);
  });
});
