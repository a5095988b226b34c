import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

const lockfile = (integrity: string) => ({
  packages: {
    '': { name: 'digit-studio' },
    'node_modules/a': { version: '1.0.0', integrity },
    'node_modules/for-another-system': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
});

/** A project whose packages npm has just installed. */
function setUp() {
  const project = new TemporaryProject();
  const { packages } = lockfile('sha512-a');
  const installed = { packages: { 'node_modules/a': packages['node_modules/a'] } };
  project.write('package-lock.json', JSON.stringify({ packages }));
  project.write('node_modules/.package-lock.json', JSON.stringify(installed));
  project.write('node_modules/a/package.json', '{}');
  const isReady = async () => {
    const { stdout } = await project.run(
      `import { npmPackages } from './setup/parts/npm-packages.mjs'; console.log(npmPackages.isReady());`,
    );
    return stdout.trim() === 'true';
  };
  return { project, isReady };
}

describe('the npm packages', () => {
  it('are ready if npm has installed those in the lockfile', async () => {
    const { isReady } = setUp();
    expect(await isReady()).toBe(true);
  });

  it('are not ready if the lockfile has changed since', async () => {
    const { project, isReady } = setUp();
    project.write('package-lock.json', JSON.stringify(lockfile('sha512-other')));
    expect(await isReady()).toBe(false);
  });

  it('are not ready if an installation was interrupted', async () => {
    const { project, isReady } = setUp();
    rmSync(project.path('node_modules/.package-lock.json'));
    expect(await isReady()).toBe(false);
  });

  it('are not ready if a package was removed', async () => {
    const { project, isReady } = setUp();
    rmSync(project.path('node_modules/a'), { recursive: true });
    expect(await isReady()).toBe(false);
  });
});
