/** Checks whether a folder can be used for checkpoints, and creates it. */
import { constants } from 'node:fs';
import { access, mkdir, realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError, reasonOf } from '../base/errors';

/**
 * File systems that show the state of Linux instead of storing files, by the magic number that statfs returns: proc,
 * sysfs, devpts, debugfs, tracefs, configfs, securityfs, cgroup, cgroup2, pstore, bpf, efivarfs, selinuxfs, mqueue,
 * fusectl, binfmt_misc, rpc_pipefs, nsfs, hugetlbfs. The numbers are those of linux/magic.h.
 */
const PSEUDO_FILE_SYSTEMS = new Set([
  ...[0x9fa0, 0x62656572, 0x1cd1, 0x64626720, 0x74726163, 0x62656570, 0x73636673, 0x27e0eb, 0x63677270, 0x6165676c],
  ...[0xcafe4a11, 0xde5e81e4, 0xf97cff8c, 0x19800202, 0x65735543, 0x42494e4d, 0x67596969, 0x6e736673, 0x958458f6],
]);

/** The file system of /dev could store files, but only /dev/shm is meant to. */
const DEVICES = /^\/dev(\/(?!shm(\/|$))|$)/;

/** @throws UserError `folder-unusable` if it is not a folder, belongs to the system, or cannot be read and written */
export async function requireUsableFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new UserError('folder-unusable', `${folder} is not a folder. Choose a folder for runs.`);
    }
    if (await isSystemFolder(folder)) throw systemFolderError(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'folder-unusable',
      `The folder for runs, ${folder}, cannot be used: ${reasonOf(error)}. Choose another folder.`,
      { cause: error },
    );
  }
}

/** Creates the folder for runs, and those above it. @throws UserError `folder-unusable` */
export async function createFolder(folder: string): Promise<void> {
  try {
    // Node's recursive `mkdir` never returns in /proc, where the system says that the folder above is missing.
    if (await isSystemFolder(await nearestThere(folder))) throw systemFolderError(folder);
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'folder-unusable',
      `${folder} could not be created: ${reasonOf(error)}. Choose another folder.`,
      {
        cause: error,
      },
    );
  }
}

/** @returns the path, or the nearest one above it at which there is something */
async function nearestThere(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestThere(dirname(path));
}

const systemFolderError = (folder: string) =>
  new UserError('folder-unusable', `${folder} belongs to the system and stores no files. Choose a folder on a disk.`);

async function isSystemFolder(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // Some systems return the number as a signed 32-bit integer.
  const { type } = await statfs(folder);
  return PSEUDO_FILE_SYSTEMS.has(type >>> 0) || DEVICES.test(await realpath(folder));
}
