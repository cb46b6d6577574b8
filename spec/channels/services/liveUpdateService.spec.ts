import { describe, expect, it } from '@jest/globals';
import { LiveUpdateService } from '../../../lib/channels/index.js';
import { NOW, scene } from './scene.js';

function liveScene() {
  const { manager, ...rest } = scene();
  return { ...rest, live: new LiveUpdateService(manager) };
}

/** An update as it is on the wire, with its data as JSON. */
const wire = (entity: string, id: string, action: string, data: string): string =>
  `{"type":"event","payload":{"event":"${entity}.${action}","data":{"event_type":"${entity}.${action}","entity_type":"${entity}","entity_id":"${id}","action":"${action}","data":${data},"timestamp":${NOW}}},"timestamp":${NOW}}`;

describe('LiveUpdateService', () => {
  it('tells all connections what was created, changed and deleted, and tells how many (B11)', () => {
    const { live, client } = liveScene();
    const [ann, bob] = [client('live:feed'), client()];

    expect(live.notifyCreated('user', '123', { name: 'Alice' })).toBe(2);
    expect(live.notifyUpdated('post', '456', { title: 'Updated Title' })).toBe(2);
    expect(live.notifyDeleted('comment', '789')).toBe(2);

    expect(ann).toEqual([
      wire('user', '123', 'created', '{"name":"Alice"}'),
      wire('post', '456', 'updated', '{"title":"Updated Title"}'),
      wire('comment', '789', 'deleted', '{}'),
    ]);
    expect(bob).toEqual(ann);
  });

  it('sends an update of another name, and to a channel alone (B11)', () => {
    const { live, client } = liveScene();
    const [ann, bob] = [client('live:feed'), client()];
    const update = { entityType: 'post', entityId: '1', action: 'updated', data: 1 } as const;

    expect(live.broadcastUpdate({ ...update, eventType: 'post.pinned' })).toBe(2);
    expect(live.sendUpdateToChannel('live:feed', update)).toBe(1);
    expect(live.sendUpdateToChannel('nowhere', update)).toBe(0);

    expect(bob.map((text) => JSON.parse(text).payload)).toEqual([
      { event: 'post.pinned', data: expect.objectContaining({ event_type: 'post.pinned' }) },
    ]);
    expect(ann.slice(1)).toEqual([wire('post', '1', 'updated', '1')]);
  });

  it('sends to nobody where nobody is, and null where there are no data', () => {
    const { live, client } = liveScene();

    expect(live.notifyCreated('user', '1', {})).toBe(0);
    const ann = client();
    live.notifyCreated('user', '1', undefined);
    expect(ann).toEqual([wire('user', '1', 'created', 'null')]);
  });

  it.each([
    { what: 'no entity', args: ['', '1', {}], text: 'entityType is a non-empty text, not ""' },
    {
      what: 'an id that is none',
      args: ['user', 1, {}],
      text: 'entityId is a non-empty text, not 1',
    },
    { what: 'a reserved name', args: ['rx:x', '1', {}], text: 'rx: are reserved' },
    { what: 'data without JSON', args: ['user', '1', 1n], text: 'has no JSON' },
  ])('refuses $what, and sends nothing', ({ args, text }) => {
    const { live, client } = liveScene();
    const ann = client();
    const notify = () => live.notifyCreated(...(args as [string, string, unknown]));

    expect(notify).toThrow(expect.objectContaining({ code: 'Invalid' }));
    expect(notify).toThrow(text);
    expect(ann).toEqual([]);
  });
});
