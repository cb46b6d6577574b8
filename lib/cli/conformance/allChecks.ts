import type { Check } from './check.js';
import { comebackChecks } from './comebackChecks.js';
import { connectionChecks } from './connectionChecks.js';
import { presenceChecks } from './presenceChecks.js';
import { recoveryChecks } from './recoveryChecks.js';
import { requestChecks } from './requestChecks.js';
import { sessionChecks } from './sessionChecks.js';
import { subscriptionChecks } from './subscriptionChecks.js';
import { tokenChecks } from './tokenChecks.js';

/** All checks, in the order in which they are played. */
export const allChecks: readonly Check[] = [
  ...connectionChecks,
  ...requestChecks,
  ...comebackChecks,
  ...tokenChecks,
  ...subscriptionChecks,
  ...recoveryChecks,
  ...sessionChecks,
  ...presenceChecks,
];
