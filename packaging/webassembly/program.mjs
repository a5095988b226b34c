/**
 * Assembles the program's folder for any system from Electron's files and the application's archive. Nothing in it was
 * compiled, so it does not matter on which system this is done.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { setFuses } from '../fuses.mjs';
import { productName } from '../layout.mjs';

/** Chromium's translations that are kept; the application is in English. */
const LANGUAGES = /^(en|en[-_](US|GB))\.(pak|lproj)$/;

/** Electron's default application; a snapshot that the fuses disable; and licence texts, which get their own folder. */
const LEFT_OUT = new Set([
  ...['resources', 'browser_v8_context_snapshot.bin', 'LICENSE', 'LICENSE.electron.txt', 'LICENSES.chromium.html'],
  ...['version', 'manifest.json', 'Electron.app/Contents/Resources/default_app.asar'],
]);

/** Where Electron's program and the application's archive are, and what the program is called in the package. */
const layouts = {
  linux: { program: 'electron', renamed: 'digit-studio', resources: 'resources' },
  win32: { program: 'electron.exe', renamed: `${productName}.exe`, resources: 'resources' },
  darwin: {
    program: 'Electron.app',
    renamed: `${productName}.app`,
    resources: `${productName}.app/Contents/Resources`,
  },
};

/**
 * @param {string} platform  Node's name for the system
 * @param {string} electron  the folder with Electron's files for it
 * @param {string} archive  the folder with `app.asar`
 * @param {string} folder  cleared and filled
 */
export async function assembleProgram(platform, electron, archive, folder) {
  const { program, renamed, resources } = layouts[platform];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const isWanted = (/** @type {string} */ file) => isPartOfProgram(relative(electron, file).replaceAll(sep, '/'));
  cpSync(electron, folder, { recursive: true, verbatimSymlinks: true, filter: isWanted });
  renameSync(join(folder, program), join(folder, renamed));
  mkdirSync(join(folder, resources), { recursive: true });
  cpSync(join(archive, 'app.asar'), join(folder, resources, 'app.asar'));
  // On macOS, changing the program breaks its signature, which only a Mac can renew.
  if (platform === 'darwin') nameBundle(join(folder, renamed));
  // The checksum of the archive would have to be in the program.
  else await setFuses(join(folder, renamed), { EnableEmbeddedAsarIntegrityValidation: false });
  if (platform === 'linux') chmodSync(join(folder, 'chrome-sandbox'), 0o4755);
}

/** @param {string} file  in Electron's folder, with slashes */
function isPartOfProgram(file) {
  if (LEFT_OUT.has(file)) return false;
  const isTranslation = /^locales\/.|\.lproj$/.test(file);
  return !isTranslation || LANGUAGES.test(basename(file));
}

/** Gives a bundle its name in the menu bar. @param {string} bundle */
function nameBundle(bundle) {
  const file = join(bundle, 'Contents/Info.plist');
  if (!existsSync(file)) return;
  const named = readFileSync(file, 'utf8').replaceAll(
    /(<key>CFBundle(?:Name|DisplayName)<\/key>\s*<string>)[^<]*/g,
    `$1${productName}`,
  );
  writeFileSync(file, named);
}
