// `rxjs/testing`, of the one file that jest takes for all of rxjs.
import { testing } from 'rxjs';

export const { TestScheduler } = testing;
