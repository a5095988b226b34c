/** What the tests of the package need: a package made for them alone, and leave to install it on this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { commandExists } from '../setup/tools/run.mjs';
import { stageApplication } from './application.mjs';
import { packForTrial } from './linux/packages.mjs';

/** The command that runs another without any network but the machine's own loopback. */
export const withoutNetwork = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** Makes the program's folder and, where it can be made, a Debian package of it; from what was built last. */
export async function prepareTrial() {
  await stageApplication();
  await packForTrial();
}

/** @returns {string | null} why there can be no package to try, in words; null where there can */
export function obstacleToPacking() {
  if (process.platform !== 'linux') return 'only packages for Linux are made from what set-up has installed';
  return absence(['g++', 'objdump', 'strip']);
}

/** @returns {string | null} why the package cannot be installed and tried here, in words; null where it can */
export function obstacleToInstalling() {
  const absent = obstacleToPacking() ?? absence(['dpkg-deb', 'apt-get', 'unshare', 'ip', 'setpriv']);
  if (absent) return absent;
  if (process.getuid() !== 0) return 'only root may install packages';
  if (existsSync('/opt/digit-studio')) return 'Digit Studio is installed here already, and is left alone';
  const [program, ...words] = withoutNetwork;
  const { status, stderr } = spawnSync(program, [...words, 'true'], { encoding: 'utf8' });
  return status === 0 ? null : `this system does not let its network be cut off (${stderr.trim()})`;
}

/** @param {string[]} programs */
function absence(programs) {
  const absent = programs.filter((program) => !commandExists(program));
  return absent.length > 0 ? `this system lacks ${absent.join(', ')}` : null;
}
