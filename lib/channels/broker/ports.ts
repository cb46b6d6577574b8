import type { ClientFrame } from '../../codec/index.js';
import type { Member } from '../members/member.js';
import type { Rooms } from '../table/room.js';
import type { FellowsPort } from './fellowsPort.js';

/** What a broker has of the rooms above it: whoever makes one gives it these. */
export interface Ports {
  /** The processes of channels. */
  rooms: Rooms;
  /** What the server has asked clients. */
  asked: Asking;
  /** The managers of other nodes; `undefined`: its system is in no cluster. */
  fellows: FellowsPort | undefined;
}

/** Requests of the server to clients (CP11). */
export interface Asking {
  answered(member: Member, frame: ClientFrame): void;
  end(member: Member): void;
}
