/** Builds the Debian package: the program's folder, and the files with which the system lists and starts it. */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianDependencies, needs } from '../../setup/parts/system-libraries.mjs';
import { readJson, root } from '../../setup/tools/project.mjs';
import { run } from '../../setup/tools/run.mjs';
import { description, version, work } from '../layout.mjs';
import { cLibraries } from './abi.mjs';
import { programFolder } from './program.mjs';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const architecture = ARCHITECTURES[process.arch];

/** The file's name, by Debian's convention. @param {string} name  the package's */
export const debianName = (name) => `${name}_${version}_${architecture}.deb`;

/**
 * @param {string} file  to write
 * @param {string[]} compression  dpkg-deb's options for it
 * @param {{ folder: string, native: boolean }} [program]  its folder, and whether TensorFlow's native library is in it
 */
export async function makeDebianPackage(file, compression, program = { folder: programFolder, native: true }) {
  const system = join(work, 'debian');
  rmSync(system, { recursive: true, force: true });
  mkdirSync(join(system, 'opt'), { recursive: true });
  // Links instead of copies: the files take nearly a gigabyte.
  await run('cp', ['--archive', '--link', program.folder, join(system, 'opt/digit-studio')]);
  integrate(system);
  mkdirSync(join(system, 'DEBIAN'));
  writeFileSync(join(system, 'DEBIAN/control'), await control(system, program));
  await run('dpkg-deb', ['--root-owner-group', ...compression, '--build', system, file]);
  rmSync(system, { recursive: true });
}

/** Adds the command, menu entry, icons and documents. @param {string} system  will be the system's root folder */
function integrate(system) {
  const share = join(system, 'usr/share');
  const documents = join(share, 'doc/digit-studio');
  const icons = join(import.meta.dirname, '../icon');
  for (const folder of [join(system, 'usr/bin'), join(share, 'applications'), documents]) {
    mkdirSync(folder, { recursive: true });
  }
  symlinkSync('/opt/digit-studio/digit-studio', join(system, 'usr/bin/digit-studio'));
  cpSync(join(import.meta.dirname, 'digit-studio.desktop'), join(share, 'applications/digit-studio.desktop'));
  for (const size of readdirSync(icons).filter((name) => /^\d+\.png$/.test(name))) {
    const name = size.replace('.png', '');
    cpSync(join(icons, size), join(share, `icons/hicolor/${name}x${name}/apps/digit-studio.png`));
  }
  cpSync(join(icons, 'digit-studio.svg'), join(share, 'icons/hicolor/scalable/apps/digit-studio.svg'));
  cpSync(join(import.meta.dirname, 'copyright'), join(documents, 'copyright'));
  cpSync(join(root, 'CHANGELOG.md'), join(documents, 'CHANGELOG.md'));
  symlinkSync('/opt/digit-studio/licences', join(documents, 'licences'));
}

/** @param {string} system @param {{ folder: string, native: boolean }} program */
async function control(system, { folder, native }) {
  const depends = [...(await cLibraries(folder, native)), ...debianDependencies(needs.window)];
  // Both install the same program in the same place.
  const names = ['digit-studio', 'digit-studio-webassembly'];
  const [name, other] = native ? names : names.toReversed();
  return [
    `Package: ${name}`,
    `Conflicts: ${other}`,
    `Replaces: ${other}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${readJson('package.json').author}`,
    `Installed-Size: ${Math.ceil(sizeOf(system) / 1024)}`,
    `Depends: ${depends.join(', ')}`,
    // For "Show in file manager" and for the trash.
    'Recommends: xdg-utils, libglib2.0-bin',
    'Section: education',
    'Priority: optional',
    `Description: ${description}`,
    '',
  ].join('\n');
}

/** @param {string} folder @returns {number} bytes in its files */
function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);
}
