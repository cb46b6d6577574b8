import type { Act } from '../../wire/ask.js';

/** What may be done from the page: what the dialogue says before it is done, and what it asks for. */
export const actions = {
  terminate: (pid: string, label: string): Action => ({
    verb: 'Terminate',
    isDangerous: true,
    title: `Terminate ${label}?`,
    warning: `The process ${pid} ends from outside, and what waits in its mailbox is lost. Those linked with it are told and may end as well; its supervisor may start another one in its place.`,
    fields: [],
    ask: () => ({ act: 'terminate', pid }),
    done: `${label} was terminated.`,
  }),

  send: (pid: string, label: string): Action => ({
    verb: 'Send',
    title: `Send a message to ${label}`,
    warning: `The process ${pid} gets it like any other message, and does what it does for this topic.`,
    fields: [
      { name: 'topic', label: 'Topic', value: '' },
      { name: 'payload', label: 'Payload, as JSON', value: 'null', isLong: true },
    ],
    ask: ({ topic = '', payload = '' }) => ({
      act: 'send',
      to: pid,
      topic: filled(topic, 'topic'),
      payload: parsed(payload),
    }),
    done: `${label} has the message.`,
  }),

  close: (pid: string, label: string): Action => ({
    verb: 'Close',
    isDangerous: true,
    title: `Close the connection of ${label}?`,
    warning: `The client of ${pid} is told the code and the reason. After 1001 or 1012 it comes back by itself, after 1000 or 1008 mostly not.`,
    fields: [
      { name: 'code', label: 'Close code', value: '1000' },
      { name: 'reason', label: 'Reason', value: '' },
    ],
    ask: ({ code = '', reason = '' }) => ({
      act: 'close',
      pid,
      code: closeCode(code),
      ...(reason !== '' && { reason }),
    }),
    done: `The connection of ${label} closes.`,
  }),

  kick: (pid: string, channel: string, label: string): Action => ({
    verb: 'Kick',
    isDangerous: true,
    title: `Kick ${label} out of ${channel}?`,
    warning: `The connection ${pid} stays, but is no longer a member of ${channel}, and the client is told so.`,
    fields: [],
    ask: () => ({ act: 'kick', pid, channel }),
    done: `${label} is no longer in ${channel}.`,
  }),
};

function filled(text: string, what: string): string {
  if (text.trim() === '') throw new Error(`Give a ${what}.`);
  return text.trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The payload is no JSON: ${(error as Error).message}`);
  }
}

function closeCode(text: string): number {
  const code = Number(text);
  const isOne =
    Number.isInteger(code) &&
    ((code >= 1_000 && code <= 1_014) || (code >= 3_000 && code <= 4_999));
  if (!isOne) throw new Error('A close code is from 1000 to 1014 or from 3000 to 4999.');
  return code;
}

/** One thing to do. */
export interface Action {
  readonly verb: string;
  /** It cannot be undone. */
  readonly isDangerous?: boolean;
  readonly title: string;
  /** What will happen. */
  readonly warning: string;
  readonly fields: readonly Field[];
  /** Makes the question from what the fields have. @throws Error a text for the user */
  ask(values: Readonly<Record<string, string>>): Act;
  /** What is said when it is done. */
  readonly done: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  /** At first. */
  readonly value: string;
  readonly isLong?: boolean;
}
