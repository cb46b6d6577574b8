// npm run example:cluster: NATS, three nodes and nginx in front of them, in one terminal. Open the page that it names in
// two tabs, and kill the node that serves one of them.
//
//   NATS_URL   a server of yours with JetStream; default: Debian's nats-server is started
//   PORT       of nginx; default 3000
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fail, readPort } from '../lib/listen.js';

const NAMES = ['a', 'b', 'c'] as const;
const folder = mkdtempSync(join(tmpdir(), 'rx-process-cluster-'));
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program; it is there when it says what `ready` fits, whose match is the result. */
async function start(command: string, args: string[], ready: RegExp, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const found = new Promise<RegExpExecArray>((resolve, reject) => {
    let log = '';
    const read = (text: Buffer): void => {
      log += text;
      const match = ready.exec(log);
      if (match !== null) resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', ({ message }) => reject(new Error(`${command}: ${message}`)));
    child.once('exit', () => reject(new Error(`${command} has ended:\n${log}`)));
  });
  return { child, match: await found.catch(({ message }: Error) => fail(message)) };
}

async function natsUrl(): Promise<string> {
  const { NATS_URL } = process.env;
  if (NATS_URL !== undefined) return NATS_URL;
  const args = ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder];
  const ready = /client connections on \S+:(\d+)[\s\S]*Server is ready/;
  const { match } = await start('/usr/sbin/nats-server', args, ready);
  return `nats://127.0.0.1:${match[1]}`;
}

const url = await natsUrl();
const nodes = new Map<string, ChildProcess>();
const ports = new Map<string, string>();
// A node runs as this program does: its script lies beside, TypeScript here, and JavaScript where both are bundled.
const [, self = ''] = process.argv;
const script = join(dirname(self), `node${extname(self)}`);

/** Starts a node, on the port that it had before; until it is there its key does nothing. */
async function startNode(name: string): Promise<void> {
  const env = { NATS_URL: url, PORT: ports.get(name) ?? '0' };
  ports.delete(name);
  const args = [...process.execArgv, script, name];
  const { child, match } = await start(process.execPath, args, /listening on \S+:(\d+)/, env);
  ports.set(name, match[1] as string);
  nodes.set(name, child);
  child.once('exit', () => {
    nodes.delete(name);
    console.log(`${name} is gone: press ${name} again and it comes back`);
  });
  console.log(`${name} is there`);
}

await Promise.all(NAMES.map(startNode));

/** nginx hands out connections by turns, and takes another node where one does not answer. */
function nginx(port: number): string {
  const servers = [...ports.values()].map(
    (each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  // In one process, so that nothing of it is left when that is killed.
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice; events {}
http {
  access_log off;
  ${temporary.join(' ')}
  types { text/html html; text/css css; text/javascript js; }
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  upstream app { ${servers.join(' ')} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 75s;
      proxy_next_upstream error timeout http_502 http_503;
    }
  }
}
`;
}

const port = readPort();
const file = join(folder, 'nginx.conf');
writeFileSync(file, nginx(port));
await start('/usr/sbin/nginx', ['-p', folder, '-c', file, '-e', 'stderr'], /event method/);

console.log(`open http://127.0.0.1:${port}/?user=ann in two tabs, with another user in the second`);
console.log('press a, b or c to kill that node (SIGKILL) or to start it again, q to end');

/** A key in a terminal, a line of whoever has started this otherwise. */
async function press(key: string): Promise<void> {
  if (key === 'q' || key === '\u0003') return process.exit(0);
  const node = nodes.get(key);
  if (node !== undefined) node.kill('SIGKILL');
  else if (ports.has(key)) await startNode(key);
}

if (process.stdin.isTTY) {
  process.stdin.setRawMode(true).on('data', (data) => void press(String(data)));
} else createInterface(process.stdin).on('line', (line) => void press(line.trim()));
process.on('SIGTERM', () => process.exit(0)).on('SIGINT', () => process.exit(0));
