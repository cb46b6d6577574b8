import type { Kernel } from '../runtime/index.js';
import { beats } from './beats.js';
import type { ClusterPlan } from './clusterOptions.js';
import { Coordinator } from './coordinator.js';
import { Hello } from './hello.js';
import { Membership } from './membership/membership.js';
import { Peers } from './peers.js';
import { Router } from './router.js';
import { SharedParts } from './sharedParts.js';
import { Frames } from './transport/frames.js';

/**
 * Puts the parts of a node together, and joins.
 *
 * @throws ProcessError `Invalid`, before anything has changed: `meta`, or what `transport` has made.
 */
export function assemble(kernel: Kernel, plan: ClusterPlan, packer: Peers['packer']): Coordinator {
  const { id, name, meta, cluster } = plan;
  const warn = (code: string, text: string): void => kernel.events.warning(code, text);
  const hello = new Hello(packer, plan);
  const transport = plan.transport({ ...plan, warn });
  const parts = new SharedParts(kernel, transport, plan);
  const peers = new Peers({
    ...{ kernel, packer, hello, plan, shared: parts.list },
    isStrict: transport.strict === true,
    frames: new Frames(transport, cluster, id),
  });
  const node = { name, id, meta };
  const coordinator = new Coordinator({ kernel, node, transport, peers, parts });
  const membership = new Membership({
    ...{ plan, transport, scheduler: kernel.scheduler, beats: beats(packer, cluster), warn },
    tell: (news) => coordinator.follow(news),
  });
  const leave = (millis: number): Promise<void> => coordinator.leave(millis);
  const { names, groups } = parts;
  parts.start(membership, coordinator.status$, transport);
  coordinator.start(membership, new Router({ id, peers, membership, names, groups, leave }));
  return coordinator;
}
