/** Installs Node 24, the version in the declared Electron; the engine's tests also run on it. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, step } from '../tools/messages.mjs';
import { isWhole, makeWhole } from '../tools/whole-folder.mjs';
import { native } from '../tools/project.mjs';
import { npmPackage } from '../tools/registry.mjs';

const VERSION = '24.21.0';

/** The npm packages with Node's executable, and their SHA-256. */
const packages = {
  'linux-x64': '61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b',
  'linux-arm64': 'fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb',
  'win-x64': '122871af42e9a8e53898565bda31e0dfe9765d48ffc878de83dee2c919c8f7f2',
};

const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = join(native, 'node-24');
const identity = `node ${VERSION} ${platform}`;
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

/** @returns {string} the executable of Node 24 or newer */
export function node24Executable() {
  return isNewEnough ? process.execPath : join(folder, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
}

export const node24 = {
  isReady() {
    return isNewEnough || isWhole(folder, identity);
  },

  async prepare() {
    step(`Node ${VERSION} (for the tests): downloading it`);
    const sha256 = packages[platform];
    if (!sha256) {
      throw new SetupError(
        `The npm registry has no Node ${VERSION} for ${platform}. Run the tests with Node 24 itself.`,
      );
    }
    const unpacked = await npmPackage(`node-${platform}@${VERSION}`, sha256);
    await makeWhole(folder, identity, async (folder) => {
      for (const part of ['bin', 'LICENSE', 'package.json']) {
        if (existsSync(join(unpacked, part))) cpSync(join(unpacked, part), join(folder, part), { recursive: true });
      }
    });
  },
};
