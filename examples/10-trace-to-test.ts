// What a running process did, as marble rows and as a spec that would notice if it did otherwise.
//
//   node --import tsx examples/10-trace-to-test.ts
import {
  type Behavior,
  createSystem,
  done,
  is,
  ofTopic,
  send,
  topic,
  transition,
} from 'rx-process';
import { toMarbles, toSpec } from 'rx-process/testing';
import { concat, ignoreElements, shareReplay } from 'rxjs';
import { isMain } from './lib/listen.js';

const deposit = topic<number>('account.deposit');
const withdraw = topic<number>('account.withdraw');
const close = topic<void>('account.close');
const receipt = topic<object>('account.receipt');

/** An account: a balance, and a receipt for the customer. */
export const account: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(deposit, withdraw, close),
    transition([0], (balance, message) => {
      const tell = (line: object) => send('customer', receipt, line);
      if (is(message, deposit)) return [balance + message.payload];
      if (is(message, withdraw)) {
        const amount = message.payload;
        if (amount > balance) return [balance, tell({ refused: amount })];
        return [balance - amount, tell({ paid: amount })];
      }
      return [0, tell({ paid: balance }), done()];
    }),
  );

if (isMain(import.meta)) {
  const system = createSystem();

  // No code of a process runs before `spawn` returns: this trace misses nothing.
  const pid = system.spawn(account, { name: 'account' });
  system.spawn((inbox) => inbox.pipe(ignoreElements()), { name: 'customer' });
  const trace$ = system.trace(pid).pipe(shareReplay());
  const spec$ = toSpec(trace$, { from: './10-trace-to-test.js', name: 'account' });
  concat(toMarbles(trace$), spec$).subscribe((text) => console.log(`${text}\n`));

  system.send(pid, deposit, 50);
  system.send(pid, withdraw, 80);
  system.send(pid, withdraw, 20);
  system.send(pid, close);
}
