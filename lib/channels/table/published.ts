import { topic } from '../../core/index.js';
import type { Published } from '../definitions/joining.js';

/**
 * The topic under which a process that is a member of a channel gets what is sent to it; `from` is the manager.
 *
 * @example inbox.pipe(ofTopic(published), map(({ payload }) => send(log, payload)))
 */
export const published = topic<Published>('channel.published');
