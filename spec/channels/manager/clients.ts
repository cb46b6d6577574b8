import type { WebSocketManager } from '../../../lib/channels/index.js';
import type { Pid, SystemEvent } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import type { TestSystem } from '../../../lib/testing/index.js';
import { collect } from '../../support/runtime.js';
import { Scene as Base, type Visitor } from '../scene.js';

/** A manager on virtual time, and clients whose sockets are in memory. */
export interface Scene {
  readonly system: TestSystem;
  readonly manager: WebSocketManager;
  /** The events of the system, in order. */
  readonly events: readonly SystemEvent[];
  connect(known?: Known): Client;
}

/** What is known of a client before its 101. */
export interface Known {
  readonly identity?: string;
  readonly metadata?: object;
  readonly address?: string;
  readonly userAgent?: string;
  readonly protocols?: string;
}

/** One that speaks v1. */
export const V1: Known = { protocols: 'rx-process.v1' };

export function scene(options?: ConstructorParameters<typeof Base>[0]): Scene {
  const base = new Base(options);
  const { system, manager } = base;
  const connect = ({ identity, metadata, protocols, ...known }: Known = {}): Client => {
    const admitted = { ...(identity && { identity }), ...(metadata && { metadata }) };
    return new Client(base.connect({ known, protocols, connect: () => admitted }));
  };
  return { system, manager, events: collect(system.events$), connect };
}

/** A client, whose welcome has been read. */
export class Client {
  constructor(readonly visitor: Visitor) {
    this.read();
  }

  get pid(): Pid {
    return this.visitor.pid;
  }

  get socket() {
    return this.visitor.socket;
  }

  /** The frames since the last look. */
  read(): readonly string[] {
    this.visitor.scene.system.flush();
    return this.visitor.texts;
  }

  /** The payloads of these frames, where they have one; else the types. */
  heard(): readonly unknown[] {
    return this.read().map((text) => {
      const { type, payload } = JSON.parse(text);
      return payload ?? type;
    });
  }

  says(message: string | object): this {
    this.visitor.sends(message);
    return this;
  }

  commands(command: string, channel?: string): this {
    this.visitor.command(command, { channel });
    return this;
  }

  /** Closes, or is lost (1006). */
  ends(code = 1006): void {
    this.visitor.leaves(code);
  }

  /** Is handed over to another process (X1). */
  goesTo(target: Pid): void {
    const { system } = this.visitor.scene;
    system.send(this.pid, ws.control, { target_pid: target });
    system.flush();
  }
}
