// A channel with a process of its own: one behaviour says who comes and goes and passes on what is said. It keeps its
// members when it crashes, and its diagram needs no socket: spec/examples/channelProcess.spec.ts
//
//   node --import tsx examples/17-channel-process.ts        ws://127.0.0.1:3000/ws/chat:lobby
//   {"type":"event","channel":"chat:lobby","payload":{"event":"say","data":"hello"}}
import express from 'express';
import * as t from 'io-ts';
import { createSystem, is, ofTopic, reply } from 'rx-process';
import {
  type ChannelBehavior,
  channel,
  createWebSocketManager,
  emit,
  event,
  ofEvent,
  room,
} from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { map, merge, mergeMap } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

// A client that sends no text is told so, and the behaviour never sees it.
export const say = event<string, { length: number }>('say', { data: t.string });
export const said = event<{ from: string; text: string }>('said');
export const came = event<string>('came');
export const went = event<string>('went');

export const lobby: ChannelBehavior = (inbox) =>
  merge(
    inbox.pipe(
      ofEvent(say),
      mergeMap((message) => [
        reply(message, { length: message.data.length }),
        emit(said, { from: message.connection.id, text: message.data }),
      ]),
    ),
    inbox.pipe(
      ofTopic(room.joined, room.left),
      map((message) => emit(is(message, room.left) ? went : came, message.payload.connection.id)),
    ),
  );

export const chat = channel('chat:*', { behavior: lobby, linger: '1m' });

const system = createSystem();
const manager = createWebSocketManager(system, { channels: [chat] });
const relay = websocketRoutes(manager);
const app = express().use(relay);

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
