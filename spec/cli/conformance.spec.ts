import { describe, expect, it } from '@jest/globals';
import { endOf, run } from '../../lib/cli/run.js';

/** What the command prints, and how it ends. */
async function ended(program: string, ...options: readonly string[]) {
  const printed: string[] = [];
  try {
    const context = { env: {}, isTerminal: false };
    for await (const screen of run(['conformance', ...options, program], context)) {
      printed.push(String(screen));
    }
  } catch (error) {
    return { printed, ...endOf(error) };
  }
  return { printed, exitCode: 0 };
}

/** A program whose client dials, offers no token, and knows nothing else. */
const DIALS = `node --input-type=module -e '
  import { createInterface } from "node:readline";
  import { WebSocket } from "ws";
  createInterface(process.stdin).on("line", (line) => {
    const { url } = JSON.parse(line);
    if (url === undefined) return;
    console.log("beside its lines it may print what it likes");
    console.log(JSON.stringify({ saw: "new" }));
    new WebSocket(url, ["rx-process.v1", "rx-process.unsupported"]).on("error", () => {});
  }).on("close", () => process.exit());
'`;

describe('conformance', () => {
  it('prints a line a check, and ends with 1 and how many have failed (CL8, CL2)', async () => {
    expect(await ended(DIALS, '--only', 'token, offer')).toEqual({
      printed: [
        'ok    offer         CP3        offers rx-process.v1 first and rx-process.unsupported last',
        'FAIL  token         CP3        expected the subprotocols ["rx-process.v1","rx-process.bearer.Z3LDvG4_Pz4","rx-process.unsupported"], saw ["rx-process.v1","rx-process.unsupported"]',
      ],
      line: '1 of 2 checks failed',
      exitCode: 1,
    });
  }, 20_000);

  it('prints an object a check with --json, and ends with 0 if none has failed (CL8)', async () => {
    const { printed, exitCode } = await ended(DIALS, '--json', '--only=offer');

    expect(printed.map((line) => JSON.parse(line))).toEqual([
      {
        check: 'offer',
        rules: 'CP3',
        about: 'offers rx-process.v1 first and rx-process.unsupported last',
        ok: true,
      },
    ]);
    expect(exitCode).toBe(0);
  }, 20_000);

  it('says of a program that does not start how it has ended, and of no check (CL8)', async () => {
    expect(await ended('exit 3')).toEqual({
      printed: [],
      line: 'the program ended with 3 before it said a word',
      exitCode: 1,
    });
  });

  it('has a program that ends fail one check, and starts it anew (CL8)', async () => {
    const { printed, ...end } = await ended(
      `echo '{"saw":"new"}'; exit 4`,
      '--only',
      'offer,token',
    );

    expect(printed).toEqual([
      expect.stringMatching(/^FAIL {2}offer .* a program that runs, saw the program ended with 4$/),
      expect.stringMatching(/^FAIL {2}token .* a program that runs, saw the program ended with 4$/),
    ]);
    expect(end).toEqual({ line: '2 of 2 checks failed', exitCode: 1 });
  });
});
