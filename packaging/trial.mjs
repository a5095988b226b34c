/** What the tests of the package need: a package built only for them, and permission to install it on this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { usesGpuLibrary } from '../setup/parts/tensorflow.mjs';
import { commandExists } from '../setup/tools/run.mjs';
import { stageApplication } from './application.mjs';
import { packForTrial } from './linux/packages.mjs';

/** Runs a command without a network, except for the machine's own loopback. */
export const withoutNetwork = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** Assembles the program's folder from the last build, and a Debian package if possible. */
export async function prepareTrial() {
  await stageApplication({ native: true });
  await packForTrial();
}

/** @returns {string | null} why no package can be built for testing, in words; null if one can */
export function obstacleToPacking() {
  if (usesGpuLibrary()) return 'set-up has installed TensorFlow for graphics cards, which is not packaged';
  if (process.platform !== 'linux') return 'only packages for Linux can be built from what set-up has installed';
  return absence(['g++', 'objdump', 'strip']);
}

/** @returns {string | null} why the package cannot be installed and tested here, in words; null if it can */
export function obstacleToInstalling() {
  const absent = obstacleToPacking() ?? absence(['dpkg-deb', 'apt-get', 'unshare', 'ip', 'setpriv']);
  if (absent) return absent;
  if (process.getuid() !== 0) return 'only root can install packages';
  if (existsSync('/opt/digit-studio')) return 'Digit Studio is already installed here, and is left alone';
  const [program, ...words] = withoutNetwork;
  const { status, stderr } = spawnSync(program, [...words, 'true'], { encoding: 'utf8' });
  return status === 0 ? null : `this system does not allow programs to run without a network (${stderr.trim()})`;
}

/** @param {string[]} programs */
function absence(programs) {
  const absent = programs.filter((program) => !commandExists(program));
  return absent.length > 0 ? `this system lacks ${absent.join(', ')}` : null;
}
