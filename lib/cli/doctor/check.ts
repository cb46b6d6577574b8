import type { Examination } from './examination.js';
import type { Finding } from './finding.js';

/** One thing that a deployment has to do right. */
export interface Check {
  readonly name: string;
  /** Whether nothing can be looked at behind it, if it fails. */
  readonly isVital?: boolean;
  /** Looks at what it needs, which may have been seen before, and judges that. */
  run(examination: Examination): Promise<Finding>;
}
