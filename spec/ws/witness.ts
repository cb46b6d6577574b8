import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { NEVER } from 'rxjs';
import { relayUpgrades, type UpgradeAnswer, type UpgradeRelay } from '../../lib/http/index.js';
import { type Behavior, is, type Pid, type System } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { OPCODE } from '../../lib/testing/faults/clientFrame.js';
import { Peer } from '../../lib/testing/faults/peer.js';
import { type Target, targetOf } from '../../lib/testing/faults/target.js';
import type { RelayOptions } from '../../lib/upgrade/index.js';
import { onCleanup, within } from '../express/support.js';
import { brief, deferred, quiet, tables, turns } from '../support/runtime.js';

/** What a target has heard of one client, in order. */
export class Visit {
  /** `join`, the data of messages, and `leave: reason`. */
  readonly heard: (string | Uint8Array)[] = [];
  readonly #exit = deferred<string>();

  /** The connection's exit, in brief, which comes last. */
  get exit(): Promise<string> {
    return within(this.#exit.promise, `the exit, after ${this.heard}`);
  }

  end(exit: string): void {
    this.#exit.resolve(exit);
  }
}

/** A relay on a real server, whose one target notes what it hears. */
export interface Witnessed {
  readonly port: number;
  readonly server: Server;
  readonly system: System;
  readonly relay: UpgradeRelay;
  /** The next client: where it goes, and what is heard of it. */
  next(): { readonly url: string; readonly target: Target; readonly visit: Visit };
}

/**
 * Starts the server. A message `echo` is sent back, and `flood` brings 12 MiB. A handshake under `/…/wait` is with
 * its handler until the client is gone.
 */
export async function witnessed(
  options: RelayOptions = {},
  http: ServerOptions = {},
): Promise<Witnessed> {
  const system = quiet();
  const server = createServer(http, (_request, response) => void response.writeHead(404).end());
  const visits = new Map<string, Visit>();
  const target = system.spawn(witness(system, visits));
  const relay = relayUpgrades(
    server,
    system,
    ({ url = '', socket }) => {
      const [id = ''] = /^\/\d+/.exec(url) ?? [];
      const answer: UpgradeAnswer = { target_pid: target, metadata: { id } };
      if (!url.endsWith('/wait')) return answer;
      return new Promise<UpgradeAnswer>((resolve) => socket.once('close', () => resolve(answer)));
    },
    { pingInterval: 0, ...options },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onCleanup(async () => {
    await relay.shutdown();
    await system.shutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  let made = 0;
  // What was closed before is gone by then, so that a census counts what is here.
  await turns(4);
  const next: Witnessed['next'] = () => {
    const id = `/${++made}`;
    const visit = new Visit();
    visits.set(id, visit);
    const url = `ws://127.0.0.1:${port}${id}`;
    return { url, target: targetOf('spec', url), visit };
  };
  return { port, server, system, relay, next };
}

const witness =
  (system: System, visits: Map<string, Visit>): Behavior =>
  (inbox, self) => {
    inbox.subscribe((message) => {
      if (!is(message, ws.join) && !is(message, ws.message) && !is(message, ws.leave)) return;
      const { client_pid, metadata } = message.payload;
      const visit = visits.get(String(metadata.id)) ?? new Visit();
      if (is(message, ws.message)) {
        const { data } = message.payload;
        visit.heard.push(data);
        if (data === 'echo') self.send(client_pid, ws.send, { data });
        for (let i = 0; data === 'flood' && i < 12; i++)
          self.send(client_pid, ws.send, { data: MIB });
      } else if (is(message, ws.leave)) visit.heard.push(`leave: ${message.payload.reason}`);
      else {
        visit.heard.push('join');
        ended(system, client_pid, (exit) => {
          visits.delete(String(metadata.id));
          visit.end(exit);
        });
      }
    });
    return NEVER;
  };

const MIB = new Uint8Array(1024 * 1024);

const ended = (system: System, pid: Pid, then: (exit: string) => void): void =>
  void system.monitor(pid).subscribe(({ reason }) => then(brief(reason)));

/** What became of a client. */
export interface Fate {
  readonly code: number | undefined;
  readonly reason: string | undefined;
  readonly heard: Visit['heard'];
  readonly exit: string;
}

/** Opens a connection, sends the pieces one by one, and waits until both ends are over. */
export async function attack(server: Witnessed, ...pieces: readonly Uint8Array[]): Promise<Fate> {
  const { target, visit } = server.next();
  const peer = new Peer(target, { open: ({ socket }) => void sendAll(socket, pieces) });
  await within(peer.ended, `the end, after ${visit.heard}`);
  const exit = await visit.exit;
  return { code: peer.code, reason: peer.reason, heard: visit.heard, exit };
}

/** A turn of the event loop between two pieces, so that the server reads them one by one. */
async function sendAll(socket: Peer['socket'], pieces: readonly Uint8Array[]): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A well-behaved client that stays; the function checks that it is served. */
export async function goodClient(server: Witnessed): Promise<() => Promise<void>> {
  const opened = deferred();
  const waiting: (() => void)[] = [];
  const peer = new Peer(server.next().target, {
    open: () => opened.resolve(),
    frame: ({ payload }) => {
      if (payload.toString() === 'echo') waiting.shift()?.();
    },
  });
  onCleanup(() => peer.stop('left'));
  await within(opened.promise, 'the good client');
  return () => {
    const { promise, resolve } = deferred();
    waiting.push(resolve);
    peer.send(OPCODE.text, 'echo');
    return within(promise, 'the echo');
  };
}

/** Everything that could be left behind by clients. */
export async function census({ system, server, relay }: Witnessed): Promise<object> {
  const connections = await new Promise((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
  const resources = process.getActiveResourcesInfo();
  return {
    tables: tables(system),
    count: relay.count,
    connections,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    sockets: resources.filter((kind) => kind.startsWith('TCP')).length,
  };
}

/** Waits until everything is as it was; fails with the difference. */
export async function settle(server: Witnessed, baseline: object): Promise<void> {
  const end = performance.now() + 4_000;
  for (;;) {
    const now = await census(server);
    if (isDeepStrictEqual(now, baseline)) return;
    if (performance.now() > end) return expect(now).toEqual(baseline);
    await turns(1);
  }
}
