import { afterAll, describe, expect, it } from '@jest/globals';
import { cleanUp, open, within } from '../express/support.js';
import { start } from './start.js';

afterAll(cleanUp);

describe('examples/11-rejoin', () => {
  it('is a room that crashes at every tenth message, and nobody notices (X9, X10)', async () => {
    const { port, child, exited, complained } = await start('examples/11-rejoin.ts');
    const names = ['ada', 'bob', 'cyd'];
    const clients = await Promise.all(names.map(() => open(port, '/ws/room')));
    const heard: string[][] = clients.map(() => []);
    for (const [n, client] of clients.entries()) {
      // All at once, so that much waits in the room whenever it crashes.
      for (let i = 1; i <= 33; i++) client.socket.send(`${names[n]} ${i}`);
    }
    const hear = async (n: number): Promise<void> => {
      while (heard[n]?.length !== 99) heard[n]?.push(String(await clients[n]?.next()));
    };
    await within(Promise.all(clients.map((_, n) => hear(n))), 'what all have said', 10_000);

    for (const list of heard) {
      for (const name of names) {
        const own = list.filter((text) => text.startsWith(name));
        expect(own).toEqual(Array.from({ length: 33 }, (_, i) => `${name} ${i + 1}`));
      }
    }
    expect(heard[1]).toEqual(heard[0]);
    expect(clients.map(({ socket }) => socket.readyState)).toEqual([1, 1, 1]);
    child.kill('SIGTERM');
    await within(exited, 'the exit', 10_000);
    expect(complained().match(/crashed/g)?.length).toBe(9);
  }, 50_000);
});
