/** Electron's fuses: switches in the executable, which cannot be changed without replacing it. */
import fuses from '@electron/fuses';

const { FuseV1Options: Fuse, FuseVersion, flipFuses, getCurrentFuseWire } = fuses;

/** The value of an enabled fuse in the executable. */
const ENABLED = '1'.charCodeAt(0);

/** Whether Electron can check the archive against a checksum in the program. */
const checksArchives = process.platform !== 'linux';

/** The packaged program's fuses. @type {Record<keyof typeof Fuse, boolean>} */
export const wanted = {
  /** The program cannot be used as Node to run other scripts. */
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  /** There are no cookies; and asking the system's key store for a key would ask the user for a password. */
  EnableCookieEncryption: false,
  EnableEmbeddedAsarIntegrityValidation: checksArchives,
  /** Only the archive is run, not a folder beside it. */
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  /** The main process serves the window's files under app://. */
  GrantFileProtocolExtraPrivileges: false,
};

/**
 * @param {string} program  the executable, which is changed
 * @param {Partial<typeof wanted>} [exceptions]
 */
export async function setFuses(program, exceptions = {}) {
  const options = Object.entries({ ...wanted, ...exceptions }).map(([name, on]) => [Fuse[name], on]);
  await flipFuses(program, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    ...Object.fromEntries(options),
  });
}

/** @param {string} program @returns {Promise<Record<string, boolean>>} by name, as they are in the program */
export async function readFuses(program) {
  const wire = await getCurrentFuseWire(program);
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, wire[Fuse[name]] === ENABLED]));
}
