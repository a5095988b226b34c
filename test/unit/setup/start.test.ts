import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { TemporaryProject } from './temporary-project';

describe.skipIf(process.platform !== 'linux')('npm start without a display', () => {
  it('says so at once, says what to do, and downloads nothing', () => {
    const project = new TemporaryProject();
    const environment = { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
    const { status, stderr } = spawnSync(process.execPath, ['setup/start.mjs'], {
      cwd: project.root,
      env: environment,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/no display/);
    expect(stderr).toMatch(/xvfb-run -a npm start/);
    expect(stderr).toMatch(/npm run -s train -- --checkpoints DIR/);
    expect(existsSync(project.path('.native'))).toBe(false);
    expect(existsSync(project.path('node_modules'))).toBe(false);
  });
});

test.each([
  [['--gpu', '--user-data-dir=folder'], true],
  [['--user-data-dir=folder'], false],
])('npm start -- %j installs TensorFlow for graphics cards: %s', (words, gpu) => {
  const project = new TemporaryProject();
  project.write(
    'setup/prepare.mjs',
    'export function prepare(purpose) { console.log(JSON.stringify(purpose)); process.exit(0); }',
  );
  const { stdout } = spawnSync(process.execPath, ['setup/start.mjs', ...words], {
    cwd: project.root,
    env: { ...process.env, DISPLAY: ':0' },
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual({ window: true, sandbox: true, gpu });
});
