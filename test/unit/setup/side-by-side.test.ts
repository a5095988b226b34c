import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
interface Check {
  name: string;
  command: string[];
  after?: string;
  usesAllCores?: boolean;
  count?: (status: number) => Counts;
}
interface SideBySideModule {
  runSideBySide: (
    checks: Check[],
    options: { cores: number; show: (chunk: string | Uint8Array) => void },
  ) => Promise<{ name: string; counts: Counts }[]>;
}

async function setUp() {
  const project = new TemporaryProject();
  const { runSideBySide } = await project.load<SideBySideModule>('testing/side-by-side.mjs');
  const log = project.write('log', '');
  /** A check that runs this code, in which `log` notes a word and `until` waits for one. */
  const check = (name: string, code: string, more: Partial<Check> = {}): Check => {
    const tools = `
      import { appendFileSync, readFileSync } from 'node:fs';
      const log = (word) => appendFileSync(${JSON.stringify(log)}, word + '\\n');
      const until = (word) => new Promise((resolve) => {
        const timer = setInterval(() => {
          if (!readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').includes(word)) return;
          clearInterval(timer);
          resolve();
        }, 10);
      });\n`;
    return { name, command: [process.execPath, '--input-type=module', '-e', tools + code], ...more };
  };
  const run = async (cores: number, checks: Check[]) => {
    let shown = '';
    const results = await runSideBySide(checks, { cores, show: (chunk) => (shown += chunk.toString()) });
    const failed = Object.fromEntries(results.map(({ name, counts }) => [name, counts.failed]));
    return { results, failed, shown, log: readFileSync(log, 'utf8').trim().split('\n') };
  };
  return { project, check, run };
}

describe('checks', () => {
  it('run at the same time if there are enough cores, and show their output one after the other', async () => {
    const { check, run } = await setUp();
    // Each ends only after the other has started.
    const { failed, shown } = await run(2, [
      check('one', `console.log('one begins'); log('one'); await until('two'); console.log('one ends');`),
      check('two', `console.log('two begins'); log('two'); await until('one'); console.log('two ends');`),
    ]);
    expect(failed).toEqual({ one: 0, two: 0 });
    expect(shown).toBe('\n=== one ===\none begins\none ends\n\n=== two ===\ntwo begins\ntwo ends\n');
  });

  it('that use all cores run alone', async () => {
    const { check, run } = await setUp();
    const noted = (word: string) => `log('${word} begins'); log('${word} ends');`;
    const { log } = await run(3, [
      check('one', noted('one')),
      check('all', noted('all'), { usesAllCores: true }),
      check('other', noted('other')),
      check('all again', noted('all again'), { usesAllCores: true }),
    ]);
    for (const name of ['all', 'all again']) expect(log[log.indexOf(`${name} begins`) + 1]).toBe(`${name} ends`);
    expect(log).toHaveLength(8);
  });

  it('run one by one on one core', async () => {
    const { check, run } = await setUp();
    const { log } = await run(1, [check('one', `log('one');`), check('two', `log('two');`, { usesAllCores: true })]);
    expect(log).toEqual(['one', 'two']);
  });

  it('wait for the check that they need, and count as failed if it fails', async () => {
    const { check, run, project } = await setUp();
    const { failed, shown } = await run(4, [
      check('build', `log('built');`),
      check('window', `await until('built'); process.exit(3);`, { after: 'build' }),
      check('package', `import { writeFileSync } from 'node:fs'; writeFileSync('${project.path('made')}', '');`, {
        after: 'window',
      }),
      check('lint', ''),
    ]);
    expect(failed).toEqual({ build: 0, window: 1, package: 1, lint: 0 });
    expect(shown).toContain('Not run, because "window" failed.');
    expect(existsSync(project.path('made'))).toBe(false);
  });

  it('count as failed if their program is killed or missing', async () => {
    const { check, run } = await setUp();
    const { failed } = await run(2, [
      check('killed', `process.kill(process.pid, 'SIGKILL');`),
      { name: 'missing', command: ['/no/such/program'] },
    ]);
    expect(failed).toEqual({ killed: 1, missing: 1 });
  });

  it('are counted from their reports', async () => {
    const { check, run } = await setUp();
    const counts = { passed: 5, failed: 2, skipped: 1 };
    const { results } = await run(2, [check('tests', '', { count: () => counts })]);
    expect(results).toEqual([{ name: 'tests', counts, seconds: expect.any(Number) as number }]);
  });
});
