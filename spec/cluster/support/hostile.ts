import { VirtualTimeScheduler } from 'rxjs';
import { incarnate, joinCluster, type TransportFactory } from '../../../lib/cluster/index.js';
import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { EntryWriter } from '../../../lib/cluster/wire/entryWriter.js';
import { decodeFrame, encodeFrame, type Header } from '../../../lib/cluster/wire/frame.js';
import { loadPacker } from '../../../lib/cluster/wire/loadPacker.js';
import { memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { endOf } from './pair.js';

/** A node `a`, and a node `b` that puts what it likes behind what it says, and sends frames of its own making. */
export function hostile(options: Parameters<typeof joinCluster>[1] = {}) {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler });
  const writer = new EntryWriter(loadPacker());
  let more: Uint8Array[] = [];
  let last: { readonly subject: string; readonly header: Header } | undefined;
  let publish!: (subject: string, bytes: Uint8Array, to?: string) => void;
  const forging: TransportFactory = (place) => {
    const transport = nats.transport()(place);
    publish = transport.publish.bind(transport);
    transport.publish = (subject, bytes, to) => {
      const frame = decodeFrame(bytes);
      if (frame === undefined || frame.flags !== 0) return publish(subject, bytes, to);
      last = { subject, header: frame };
      const parts = [frame.body, ...more];
      more = [];
      publish(subject, encodeFrame(frame, parts, sizeOf(parts)), to);
    };
    return transport;
  };
  const join = (name: string, transport: TransportFactory) => {
    const system = testSystem({ scheduler, node: incarnate(name, '1') });
    return { system, cluster: joinCluster(system, { ...options, transport }) };
  };
  const nodes = [join('a', nats.transport()), join('b', forging)] as const;
  nodes[0].system.advance(4_000);
  const [a, b] = [endOf(nodes[0]), endOf(nodes[1])];
  const advance = (millis: number): void => a.system.advance(millis);
  /** Sends entries, or bytes that are none, behind a message to `a`. */
  const say = (...entries: readonly (Entry | Uint8Array)[]): void => {
    more = entries.map((entry) => (entry instanceof Uint8Array ? entry : writer.write(entry)));
    b.self.send(a.pid, 'carrier');
    advance(2);
  };
  /** Sends a frame to `a` that differs from the last one with entries in its header and its body. */
  const forge = (header: Partial<Header>, body = new Uint8Array()): void => {
    if (last === undefined) throw new Error('say something first');
    publish(last.subject, encodeFrame({ ...last.header, ...header }, [body], body.length));
  };
  return { a, b, nats, scheduler, say, forge, advance };
}

const sizeOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);
