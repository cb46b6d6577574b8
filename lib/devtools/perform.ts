import { websocketManagers } from '../channels/index.js';
import { isCloseCode } from '../codec/index.js';
import { type Pid, ProcessError } from '../core/index.js';
import { ws } from '../protocol/index.js';
import { lineOf } from '../relay/index.js';
import { kernelOf, type System } from '../runtime/index.js';
import type { Act } from './wire/ask.js';

/**
 * Does what a page wants changed, and has it be a warning event with who wanted it (DV13): the logger has it as well.
 *
 * @param by whose page it is: its address @throws ProcessError `NotFound`: nobody is there;
 * `Invalid`: no close frame has such a code
 */
export function perform(system: System, act: Act, by: string): void {
  const { events } = system[kernelOf];
  if (act.act === 'close' && act.code !== undefined && !isCloseCode(act.code)) {
    throw new ProcessError(
      'Invalid',
      `no close frame has the code ${act.code}: 1000, or 3000 to 4999`,
    );
  }
  events.warning('devtools', `${textOf(act)}, by ${by}`);
  if (done(system, act)) return;
  throw new ProcessError('NotFound', `nobody is there: ${textOf(act)}`);
}

function done(system: System, act: Act): boolean {
  switch (act.act) {
    case 'close': {
      const { pid, code = 1000, reason = 'closed by an operator' } = act;
      return isConnection(system, pid) && system.send(pid, ws.close, { code, reason });
    }
    case 'kick':
      return websocketManagers(system)
        .map((manager) => manager.unsubscribe(act.pid, act.channel))
        .includes(true);
    case 'terminate':
      return system.terminate(act.pid);
    case 'send':
      return system.send(act.to, act.topic, act.payload);
  }
}

/** To another process a `ws.close` would say nothing. */
function isConnection(system: System, pid: Pid): boolean {
  const process = system[kernelOf].processes.get(pid);
  return process !== undefined && lineOf(process) !== undefined;
}

/** Without a payload, which is nothing for a log. */
function textOf(act: Act): string {
  switch (act.act) {
    case 'close':
      return `close ${act.pid}`;
    case 'kick':
      return `kick ${act.pid} from ${act.channel}`;
    case 'terminate':
      return `terminate ${act.pid}`;
    case 'send':
      return `send ${act.topic} to ${act.to}`;
  }
}
