import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
interface CountsModule {
  countVitest: (report: string, status: number) => Counts;
  countPlaywright: (report: string, status: number) => Counts;
}

async function setUp() {
  const project = new TemporaryProject();
  const module = await project.load<CountsModule>('testing/counts.mjs');
  const vitest = (passed: number, failed: number, status: number) => {
    const report = { numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0 };
    return module.countVitest(project.write('vitest.json', JSON.stringify(report)), status);
  };
  const playwright = (stats: object, status: number) =>
    module.countPlaywright(project.write('playwright.json', JSON.stringify({ stats })), status);
  return { ...module, project, vitest, playwright };
}

describe('the counts of a test run', () => {
  it('are what the runner reports', async () => {
    const { vitest, playwright } = await setUp();
    expect(vitest(5, 0, 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
    expect(vitest(5, 2, 1)).toEqual({ passed: 5, failed: 2, skipped: 1 });
    const stats = { expected: 3, flaky: 1, unexpected: 2, skipped: 4 };
    expect(playwright(stats, 1)).toEqual({ passed: 4, failed: 2, skipped: 4 });
  });

  it('include a failure if the runner failed, e.g. for a file that did not load', async () => {
    const { vitest, playwright } = await setUp();
    expect(vitest(5, 0, 1).failed).toBe(1);
    expect(playwright({ expected: 3, flaky: 0, unexpected: 0, skipped: 0 }, 1).failed).toBe(1);
  });

  it('include a failure if nothing was run', async () => {
    const { vitest, playwright } = await setUp();
    expect(vitest(0, 0, 0).failed).toBe(1);
    expect(playwright({ expected: 0, flaky: 0, unexpected: 0, skipped: 2 }, 0).failed).toBe(1);
  });

  it('include a failure if the runner crashed before it reported', async () => {
    const { countVitest, project } = await setUp();
    expect(countVitest(project.path('no-report.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
