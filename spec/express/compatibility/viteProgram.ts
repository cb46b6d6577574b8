// An application with sessions, and Vite's dev server on its server; run by compatibility.spec.ts as a program of
// its own, because Vite does not take jest's globals for its own. It prints a line for each request.
import { mkdirSync } from 'node:fs';
import { createServer } from 'vite';
import { application } from './application.js';
import { KITS, type Kit } from './kits.js';

const { app, server, port, close } = await application(KITS[0] as Kit, console.log);
mkdirSync('.tmp', { recursive: true });
const vite = await createServer({
  root: '.tmp',
  configFile: false,
  logLevel: 'silent',
  appType: 'custom',
  server: { middlewareMode: true, hmr: { server }, watch: null },
});
app.get('/token', (_req, res) => void res.send(vite.config.webSocketToken));
app.use(vite.middlewares);
console.log(`listening on http://127.0.0.1:${port}`);
process.once('SIGTERM', async () => {
  await vite.close();
  await close();
});
