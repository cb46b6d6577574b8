/**
 * A handshake from the server's event to the relay's connection, whichever door it comes by: `express` and
 * `http` share this folder, which is not published.
 *
 * Begin with `claimUpgrades.ts`, the listener on a server, and `admission.ts`, what a relay decides; a
 * `pendingSocket.ts` is the client's socket meanwhile, and `refusal.ts` has all answers that are no 101.
 */
export { EventSocket } from '../ws/index.js';
export { Admission } from './admission.js';
export { admissionOf, asRelay, type Inside } from './asRelay.js';
export { type BrowserFiles, browserFiles } from './browserFiles.js';
export { checkServer } from './checkServer.js';
export { checkSystem } from './checkSystem.js';
export type { Claim } from './claim.js';
export { claimUpgrades } from './claimUpgrades.js';
export { closeRequest } from './closeRequest.js';
export { closeSocket, limitIdle } from './closeSocket.js';
export type { Door } from './door.js';
export type { Followed, Follower } from './followers.js';
export { asksForWebSocket, hasBody, hasToken } from './handshakeProblem.js';
export { ignore } from './ignore.js';
export { isLocal } from './isLocal.js';
export { isOriginEntry, type Own } from './originPolicy.js';
export type { PendingHandshake } from './pendingHandshake.js';
export { PendingSocket, type SocketOwner } from './pendingSocket.js';
export { HANDSHAKE_TIMEOUT } from './readOptions.js';
export {
  type Refusal,
  refusalHeaders,
  refusals,
  sendRefusal,
  showRefusal,
  writeRefusal,
} from './refusal.js';
export type { Relay } from './relay.js';
export type { RelayAnswer } from './relayAnswer.js';
export { RELAY_OPTIONS, type RelayOptions } from './relayOptions.js';
export { checkTarget, type RelayTarget, TARGET_FIELDS } from './relayTarget.js';
export { firstOfRoute } from './relayWarnings.js';
export { pathOf, routeOf } from './routeOf.js';
export { timeUpgrades } from './timeUpgrades.js';
