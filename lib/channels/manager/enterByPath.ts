import type { Broker } from '../broker/broker.js';
import { enter } from '../broker/enter.js';
import { joined } from '../broker/join.js';
import type { Replay } from '../broker/replay.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Granted } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import { failByPath } from './closeByPath.js';
import { sayEntered, wishOf } from './sayEntered.js';
import type { Welcome } from './welcome.js';

/** Whom the hook has let in is welcomed in its channel; who cannot come in there is welcomed and closed. */
export function enterByPath(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  joining: Granted,
  welcome: Welcome,
): void {
  const { channel: name } = request;
  const say = (replay: Replay | undefined) => () => welcome(name, replay);
  try {
    // A function of the application may have closed it.
    const wish = wishOf(member);
    if (enter(broker, member, request, { joining, wish }, say) === undefined) return;
    broker.tell('joined', member);
    joined(broker, name, member);
  } catch (error) {
    welcome();
    broker.tell('joined', member);
    failByPath(broker, member, name, error);
  }
}

/** The same of whom the process has let in, and who was welcomed before. */
export function enterWelcomed(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  joining: Granted,
): void {
  const { channel: name } = request;
  const entrance = { joining, wish: wishOf(member) };
  const isNew = enter(broker, member, request, entrance, (replay) =>
    sayEntered(broker, member, name, replay, joining.state),
  );
  if (isNew) joined(broker, name, member);
}
