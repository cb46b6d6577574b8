import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { chat, crash, say, typing } from '../../../examples/start/chat.js';
import type { TraceEvent } from '../../../lib/index.js';
import { channelTest, toSpec } from '../../../lib/testing/index.js';
import { runSpec } from '../../support/runSpec.js';
import { collect } from '../../support/runtime.js';

const CHAT = 'chat:lobby';
const BEHAVIORS = "export { conversation } from '../../examples/start/chat.js';\n";

describe('toSpec of a channel', () => {
  it('writes a chat as a spec that passes, its crash included, and fails when the room changes (I6)', async () => {
    const t = channelTest({ channels: [chat()] });
    const events: TraceEvent[] = collect(t.system.trace(`channel:${CHAT}`));
    const [ann, ben] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'ben' })];
    for (const client of [ann, ben]) client.subscribeAndJoin(CHAT);
    ann.push(CHAT, say, { text: 'hi' });
    t.advance(200);
    ben.push(CHAT, typing);
    ben.push(CHAT, say, { text: 'ho' });
    t.advance(200);
    ann.push(CHAT, crash);
    const { pid } = events[0] as TraceEvent;
    const own = events.filter((event) => event.pid === pid);
    const options = { from: './behaviors.js', name: 'conversation' };
    const text = await firstValueFrom(toSpec(own, options));

    expect(text).toMatch(/6 messages in/);
    expect(text).toMatch(/: reply\(messages\.\w, null\)/);
    expect(text).toContain('ann has crashed lobby');
    expect(await runSpec(text, BEHAVIORS)).toBe(1);
    await expect(runSpec(text.replace("text: 'ho'", "text: 'he'"), BEHAVIORS)).rejects.toThrow();
  });
});
