/** electron-builder's configuration for the installers of Windows and macOS. */
import { join } from 'node:path';
import { electronRuntime } from '../../setup/parts/electron.mjs';
import { root } from '../../setup/tools/project.mjs';
import { wanted } from '../fuses.mjs';
import { dist, productName } from '../layout.mjs';

/**
 * @param {string} licences  folder with the licence texts
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns electron-builder's configuration
 */
export function configuration(licences, environment = process.env) {
  const { dir, version } = electronRuntime();
  return {
    appId: 'digit-studio',
    productName,
    directories: { output: dist, buildResources: join(root, 'packaging/icon') },
    icon: join(root, 'packaging/icon/1024.png'),
    // Uses the runtime that set-up installed, instead of downloading one.
    electronDist: dir,
    electronVersion: version,
    // The archive already contains everything.
    npmRebuild: false,
    electronFuses: {
      ...Object.fromEntries(Object.entries(wanted).map(([name, on]) => [uncapitalized(name), on])),
      // Changed fuses break the program's signature, without which Apple silicon does not run it.
      resetAdHocDarwinSignature: true,
    },
    electronLanguages: ['en', 'en-US', 'en-GB'],
    extraFiles: [{ from: licences, to: 'licences' }],
    win: { target: ['nsis', 'zip'] },
    nsis: { oneClick: false, allowToChangeInstallationDirectory: true, license: join(root, 'LICENSE') },
    mac: {
      target: ['dmg', 'zip'],
      category: 'public.app-category.education',
      // Without a certificate, the machine's own signature: the program runs after the system's warning.
      ...(hasCertificate(environment) ? {} : { identity: '-' }),
    },
  };
}

/** @param {NodeJS.ProcessEnv} environment  where electron-builder looks for a certificate */
function hasCertificate({ CSC_LINK, CSC_NAME }) {
  return Boolean(CSC_LINK || CSC_NAME);
}

/** @param {string} name */
function uncapitalized(name) {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
