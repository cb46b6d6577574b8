// What jest does before the specs: bundles the client that pages are served, and the programs that are started.
import buildClient from './buildClient.mjs';
import { buildPrograms } from './buildPrograms.mjs';

export default async function setup() {
  buildClient();
  await buildPrograms();
}
