// What happens in an application is one stream of events; clients see it, and what operators make of it.
//
//   node --import tsx examples/14-domain-events.ts    ws://127.0.0.1:3000/ws and ws://127.0.0.1:3000/ws/sales
//   curl -H 'content-type: application/json' -d '{"cents":1250}' http://127.0.0.1:3000/orders
//   curl -X POST http://127.0.0.1:3000/orders/1/pay
import express from 'express';
import { createSystem } from 'rx-process';
import { createWebSocketManager, fromDomainEvents } from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { auditTime, filter, map, type Observable, type SchedulerLike, Subject, scan } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

export interface OrderEvent {
  readonly name: 'order.placed' | 'order.paid';
  readonly payload: { readonly id: number; readonly cents: number };
}

/** What was sold so far, told four times a second at most, however much is sold. */
export const totals = (events$: Observable<OrderEvent>, scheduler?: SchedulerLike) =>
  events$.pipe(
    filter(({ name }) => name === 'order.paid'),
    scan((cents, { payload }) => cents + payload.cents, 0),
    auditTime(250, scheduler),
    map((cents) => ({ name: 'sales.total', payload: { cents } })),
  );

const system = createSystem();
const manager = createWebSocketManager(system);
const events$ = new Subject<OrderEvent>();

fromDomainEvents(events$).subscribe((message) => manager.broadcast(message));
fromDomainEvents(totals(events$)).subscribe((message) => manager.sendToChannel('sales', message));

const orders: number[] = [];
const app = express();
const routes = websocketRoutes(manager);
app.use(routes, express.json());

app.post('/orders', ({ body }, response) => {
  const cents = body?.cents;
  if (!Number.isSafeInteger(cents) || cents <= 0) return void response.sendStatus(400);
  const id = orders.push(cents);
  events$.next({ name: 'order.placed', payload: { id, cents } });
  response.status(201).json({ id });
});
app.post('/orders/:id/pay', ({ params }, response) => {
  const id = Number(params.id);
  const cents = orders[id - 1];
  if (cents === undefined) return void response.sendStatus(404);
  events$.next({ name: 'order.paid', payload: { id, cents } });
  response.sendStatus(204);
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay: routes, system }));
