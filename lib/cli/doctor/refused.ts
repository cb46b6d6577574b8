import { STATUS_CODES } from 'node:http';
import { printable } from '../../core/index.js';
import { answers, type Row, type Said } from './answers.js';
import type { Answer } from './knock.js';
import type { Site } from './site.js';

/** Why a handshake was answered by this and not by a 101, and what to change. */
export function refused(answer: Answer, site: Site): { text: string; cure: string } {
  const said = readAnswer(answer);
  const row = answers.find((each) => isOf(each, said)) as Row;
  const [why, cure] = [row.why ?? said.text, row.cure].map((each) =>
    typeof each === 'function' ? each(said, site) : each,
  ) as [string, string];
  const { status } = answer;
  return { text: status === 0 ? why : `${status} ${STATUS_CODES[status] ?? ''}: ${why}`, cure };
}

/** Takes of an answer what tells who has given it, and why. */
function readAnswer({ status, headers, body }: Answer): Said {
  const [line = ''] = body.trim().split('\n', 1);
  const isText = line !== '' && !/html/.test(headers['content-type'] ?? '');
  const { server, via, location } = headers;
  const proxy = server ?? via;
  return {
    status,
    text: isText ? `"${printable(line, 128)}"` : 'it does not say why',
    isText,
    proxy: proxy === undefined ? undefined : printable(String(proxy), 64),
    location: location === undefined ? undefined : printable(location, 256),
    after: headers['retry-after'],
  };
}

const isOf = ({ status, text, isProxied }: Row, said: Said): boolean =>
  (status === undefined || status.includes(said.status)) &&
  (text === undefined || text.test(said.text.slice(1))) &&
  (isProxied === undefined || isProxied === (said.proxy !== undefined));
