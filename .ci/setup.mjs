// What jest does before the specs: bundles the client that pages are served, the page of the devtools, and the programs that are started.
import buildClient from './buildClient.mjs';
import buildDevtools from './buildDevtools.mjs';
import { buildPrograms } from './buildPrograms.mjs';

export default async function setup() {
  buildClient();
  buildDevtools();
  await buildPrograms();
}
