import { type RelayOptions, setRelay, ws } from '../../lib/express/index.js';
import type { Exit, Pid, System } from '../../lib/index.js';
import type { ConnectionError } from '../../lib/relay/index.js';
import { type Probe, probe } from '../../lib/testing/live/probe.js';
import { type Client, deferred, open, type Running, serve, within } from '../express/support.js';
import { brief } from '../support/runtime.js';

/** One connection, seen from its client, its target and a monitor. */
export interface Scene extends Running {
  readonly client: Client;
  readonly target: Probe;
  readonly pid: Pid;
  readonly exit: Promise<Exit>;
}

/** Serves a relay whose routes lead to a probe, and connects a client to it. */
export async function scene(relay: RelayOptions = {}, options: object = {}): Promise<Scene> {
  const running = await serve({ relay, routes: relayTo(() => target.pid) });
  const target = probe(running.system);
  const client = await open(running.port, '/ws', options);
  const { payload } = await target.expect(ws.join);
  const pid = payload.client_pid;
  return { ...running, client, target, pid, exit: exitOf(running.system, pid) };
}

/** A route `/ws` to this target; what the query says is the metadata. */
export const relayTo =
  (target: () => Pid) =>
  (app: Running['app']): void => {
    app.get('/ws', (req, res) => {
      setRelay(res, { target_pid: target(), metadata: { ...(req.query as object) } }).end();
    });
  };

/** The exit of a process, which must come in time. */
export function exitOf(system: System, pid: Pid): Promise<Exit> {
  const ended = deferred<Exit>();
  system.monitor(pid).subscribe(ended.resolve);
  return within(ended.promise, `the exit of ${pid}`);
}

/** An exit as one text: its type, code and reason. */
export function shown({ reason, result }: Exit): string {
  const { code, reason: text } = (result.value ?? result.error) as ConnectionError;
  return code === undefined ? brief(reason) : `${reason.type} ${code} ${text}`.trimEnd();
}
