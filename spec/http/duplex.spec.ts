import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanUp, handshake } from '../express/support.js';
import { closing, framesBytes } from '../support/frames.js';
import { byPipe, say } from '../ws/fuzzing.js';
import { witnessed } from '../ws/witness.js';

afterEach(cleanUp);

describe('a connection that is given to the server as a Duplex stream', () => {
  it('opens without pings, though it has no keep-alive of TCP (Q1)', async () => {
    const server = await witnessed({ pingInterval: 0 });
    const { target, visit } = server.next();
    const stream = framesBytes({ payload: 'hi' }, closing(1000));

    await say(server, byPipe, [Buffer.from(target.request), stream]);

    expect(await visit.exit).toMatch(/^normal/);
    expect(visit.heard).toEqual(['join', 'hi', 'leave: client closed']);
  });

  it('has an upgrade to another protocol answered by the application (Q5)', async () => {
    const server = await witnessed();
    const request = handshake('/', { Upgrade: 'h2c' });

    const answer = await say(server, byPipe, [Buffer.from(request)]);

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
  });
});
