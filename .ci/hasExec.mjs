// Ends with 0 where the shell of npm's scripts has `exec`, which is everywhere but in Windows. `npm start` takes it there,
// since npm passes a signal to the shell alone: one that stays before the server ends, and leaves the server behind.
import { exit, platform } from 'node:process';

exit(platform === 'win32' ? 1 : 0);
