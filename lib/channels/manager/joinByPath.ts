import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import type { Expected } from '../members/newcomer.js';
import { isRefusal } from '../wire/admit.js';
import { askChannel, asksChannel } from '../wire/admitByProcess.js';
import { joinRequest } from '../wire/joinRequest.js';
import { closeByPath, failByPath } from './closeByPath.js';
import { enterByPath, enterWelcomed } from './enterByPath.js';
import { wishOf } from './sayEntered.js';
import type { Welcome } from './welcome.js';

/**
 * Joins a client to the channel of its path, which the `join` hook has let in before its 101, and then welcomes it (B4).
 * With `admit: 'behavior'`, or while the home of the channel in the cluster is sought, it is welcomed first, as at `/ws`, because
 * the process cannot be asked before there is a connection (B24): then it hears that it is in, or is closed, because it has come for this channel.
 */
export function joinByPath(
  broker: Broker,
  member: Member,
  { name, joining }: Path,
  welcome: Welcome,
): void {
  const { connection } = member;
  const request = joinRequest(connection, { channel: name, ...wishOf(member) });
  if (!asksChannel(broker, request)) return enterByPath(broker, member, request, joining, welcome);
  welcome();
  broker.tell('joined', member);
  const conversation = broker.conversationOf(member);
  // What it sends to the channel meanwhile waits (B16).
  conversation.run(name, 0, (done) => {
    conversation.during((over) =>
      askChannel(broker, request, joining, (answer) => {
        over();
        try {
          if (isRefusal(answer)) closeByPath(broker, member, answer);
          else enterWelcomed(broker, member, request, answer);
        } catch (error) {
          failByPath(broker, member, name, error);
        }
        done();
      }),
    );
  });
}

/** The channel of a path, and how a client may join it. */
type Path = NonNullable<Expected['channel']>;
