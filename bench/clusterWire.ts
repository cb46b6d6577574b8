import { EntryReader } from '../lib/cluster/wire/entryReader.js';
import { EntryWriter } from '../lib/cluster/wire/entryWriter.js';
import { loadPacker } from '../lib/cluster/wire/loadPacker.js';

/** What an entry between two nodes costs, beside JSON in the same run: `node --import tsx bench/clusterWire.ts`. */
const writer = new EntryWriter(loadPacker());
const reader = new EntryReader(loadPacker(), () => {});

/** Nanoseconds of one call, the median of seven rounds. */
function nanos(call: () => unknown, times = 20_000): number {
  const rounds = Array.from({ length: 8 }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < times; i++) call();
    return Number(process.hrtime.bigint() - start) / times;
  });
  return rounds.slice(1).sort((a, b) => a - b)[3] ?? 0;
}

const PAYLOADS: Readonly<Record<string, unknown>> = {
  'text of 64 B': { id: 17, at: 1_732_630_000_000, text: 'x'.repeat(64), tags: ['a', 'b'] },
  'text of 1 KiB': { id: 17, text: 'x'.repeat(1024) },
  'a map and an error': { members: new Map([['a', 1]]), error: new TypeError('x') },
};

for (const [what, payload] of Object.entries(PAYLOADS)) {
  const [from, to] = ['{a~k3f9x1qz@main|0x00002}', '{b~k3f9x1qz@main|0x00001}'];
  const entry = { kind: 'send', to, topic: 'chat:say', from, payload } as const;
  const whole = () => {
    writer.forget();
    return writer.write(entry);
  };
  const json = nanos(() => JSON.parse(Buffer.from(JSON.stringify(entry)).toString()));
  const write = nanos(whole);
  const bytes = whole();
  const read = nanos(() => reader.read(bytes));
  const frame = Buffer.concat(Array.from({ length: 64 }, whole));
  const batch = nanos(() => reader.read(frame), 500) / 64;
  const also = nanos(() => writer.write(entry));
  const ratio = (time: number) => (time / json).toFixed(2);
  console.log(
    `${what}: write ${write.toFixed(0)} ns, read ${read.toFixed(0)}, in a frame of 64 ${batch.toFixed(0)}, also ${also.toFixed(0)}; ` +
      `to JSON ${ratio(write + read)}, in a frame ${ratio(write + batch)}`,
  );
}
