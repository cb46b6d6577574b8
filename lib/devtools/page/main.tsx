import { render } from 'preact';
import { App } from './app.js';
import { openServer } from './server/openServer.js';

/** Draws the page into its document. */
export function main(): void {
  render(<App server={openServer()} />, document.body);
}

main();
