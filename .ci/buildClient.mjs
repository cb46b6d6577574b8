// jest runs it before the specs: they serve the client to pages as it is now.
import { execSync } from 'node:child_process';

export default () => void execSync('npm run --silent build:browser', { stdio: 'inherit' });
