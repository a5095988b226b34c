/** The packages for Linux. */
import { basename, join } from 'node:path';
import { step, warn } from '../../setup/tools/messages.mjs';
import { commandExists, run } from '../../setup/tools/run.mjs';
import { dist, target, version, work } from '../layout.mjs';
import { debianName, makeDebianPackage } from './debian-package.mjs';
import { makeProgram, programFolder } from './program.mjs';

/** Nearly as small as with xz, in a twentieth of the time. Debian reads it since 12, Ubuntu since 18.04. */
const SMALL = ['-Zzstd', '-z9'];

/** The package that is only built for testing. */
export const trialPackage = join(work, 'trial.deb');

/** @returns {Promise<string[]>} the packages' paths */
export async function packForLinux() {
  await makeProgram();
  const archive = join(dist, `digit-studio-${version}-${target}.tar.gz`);
  step('Packing the archive');
  await run('tar', ['--owner=0', '--group=0', '-C', work, '-czf', archive, basename(programFolder)]);
  if (!commandExists('dpkg-deb')) {
    warn('There is no dpkg-deb on this system, so no Debian package was built.');
    return [archive];
  }
  step('Packing the Debian package');
  const debian = join(dist, debianName('digit-studio'));
  await makeDebianPackage(debian, SMALL);
  return [archive, debian];
}

/** Builds an uncompressed Debian package, which takes only seconds. */
export async function packForTrial() {
  await makeProgram();
  if (commandExists('dpkg-deb')) await makeDebianPackage(trialPackage, ['-Znone']);
}
