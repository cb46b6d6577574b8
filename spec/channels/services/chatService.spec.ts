import { describe, expect, it } from '@jest/globals';
import { ChatMessage, ChatService, channel } from '../../../lib/channels/index.js';
import { NOW, scene } from './scene.js';

function chatScene(channels = [channel('chat:*')]) {
  const { manager, ...rest } = scene({ channels });
  return { ...rest, manager, chat: new ChatService(manager) };
}

describe('ChatService', () => {
  it('sends what is said to the members of a room, and tells how many they are (B11)', () => {
    const { chat, client } = chatScene();
    const [ann, bob, eve] = [client('chat:general'), client('chat:general'), client('chat:other')];

    expect(chat.sendMessage('general', new ChatMessage('Alice', 'Hello everyone!'))).toBe(2);

    const text = `{"type":"json","payload":{"username":"Alice","message":"Hello everyone!","timestamp":${NOW},"room":null},"timestamp":${NOW}}`;
    expect([ann, bob, eve]).toEqual([[text], [text], []]);
  });

  it('takes a message that names its room, and one that is no more than its fields (B11)', () => {
    const { chat, client } = chatScene();
    const ann = client('chat:general');

    chat.sendMessage('general', new ChatMessage('Alice', 'Hi').inRoom('general'));
    chat.sendMessage('general', { username: 'Bob', message: 'Hi', room: null } as ChatMessage);

    const rooms = ann.map((text) => JSON.parse(text).payload.room);
    expect(rooms).toEqual(['general', null]);
  });

  it('gives each message the time at which it is sent (B1)', () => {
    const { chat, client, system } = chatScene();
    const ann = client('chat:general');
    const said = new ChatMessage('Alice', 'Hi');

    system.advance('10s');
    chat.sendMessage('general', said);

    expect(JSON.parse(String(ann[0]))).toMatchObject({
      payload: { timestamp: NOW + 10 },
      timestamp: NOW + 10,
    });
  });

  it('tells who has joined and left (B11)', () => {
    const { chat, client } = chatScene();
    const ann = client('chat:general');

    expect(chat.notifyUserJoined('general', 'Bob')).toBe(1);
    expect(chat.notifyUserLeft('general', 'Alice')).toBe(1);
    expect(chat.sendSystemMessage('general', 'Closing soon')).toBe(1);

    expect(ann).toEqual([
      `{"type":"system","payload":"Bob has joined the room","timestamp":${NOW}}`,
      `{"type":"system","payload":"Alice has left the room","timestamp":${NOW}}`,
      `{"type":"system","payload":"Closing soon","timestamp":${NOW}}`,
    ]);
  });

  it('sends to nobody where there is no room (B11)', () => {
    const { chat } = chatScene();

    expect(chat.sendMessage('nowhere', new ChatMessage('Alice', 'Hi'))).toBe(0);
    expect(chat.notifyUserJoined('nowhere', 'Bob')).toBe(0);
    expect(chat.listRooms()).toEqual([]);
  });

  it('lists its rooms by their names, and counts who is in them (B11)', () => {
    const { chat, client, manager } = chatScene();
    chat.createRoom('general', 'General Discussion');
    client('chat:support', 'news');
    client('chat:support');

    expect(chat.listRooms()).toEqual(['general', 'support']);
    expect(['general', 'support', 'news'].map((room) => chat.roomUserCount(room))).toEqual([
      0, 2, 0,
    ]);
    expect(manager.channels.getChannelMetadata('chat:general')).toEqual({
      name: 'chat:general',
      description: 'General Discussion',
      is_private: false,
      created_at: NOW,
    });
  });

  it('leaves to a room that it makes what a pattern says of it, as who may join (B11, B13)', () => {
    const { chat, manager } = chatScene([channel('chat:*', { isPrivate: true })]);

    chat.createRoom('board', 'Board only');
    chat.createRoom('board', 'The board');

    expect(manager.channels.getChannelMetadata('chat:board')).toMatchObject({
      description: 'The board',
      is_private: true,
    });
  });

  it.each([
    { what: 'an empty room', room: '' },
    { what: 'a room that is too long', room: 'r'.repeat(251) },
    { what: 'a room of two lines', room: 'a\nb' },
    { what: 'no room', room: undefined as never },
  ])('refuses $what, and makes none (B10)', ({ room }) => {
    const { chat } = chatScene();
    const invalid = expect.objectContaining({ code: 'Invalid' });

    expect(() => chat.createRoom(room)).toThrow(invalid);
    expect(() => chat.sendMessage(room, new ChatMessage('a', 'b'))).toThrow(invalid);
    expect(() => chat.roomUserCount(room)).toThrow(invalid);
    expect(chat.listRooms()).toEqual([]);
  });

  it('refuses what is no text, and what is no manager', () => {
    const { chat } = chatScene();

    expect(() => chat.sendMessage('general', undefined as never)).toThrow(
      'ChatService: username is a text, not undefined',
    );
    expect(() => chat.sendMessage('general', new ChatMessage('Alice', 5 as never))).toThrow(
      'ChatService: message is a text, not 5',
    );
    for (const send of [chat.notifyUserJoined, chat.notifyUserLeft, chat.sendSystemMessage]) {
      expect(() => send.call(chat, 'general', undefined as never)).toThrow(' is a text, not ');
    }
    expect(() => new ChatService({} as never)).toThrow(
      'ChatService: give a manager, from createWebSocketManager(system)',
    );
  });
});
