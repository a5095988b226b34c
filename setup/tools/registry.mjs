/**
 * Downloads from the package registries with their own clients, so that their settings (mirrors, proxies, certificates)
 * apply.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkSha256, sha256Of } from './download.mjs';
import { freshScratch } from './whole-folder.mjs';
import { run } from './run.mjs';

/**
 * Fetches an npm package and unpacks it.
 * @param {string} name  package and version, `name@1.2.3`
 * @param {string} sha256  the checksum of the packed package
 * @returns {Promise<string>} the folder with the package's files
 */
export async function npmPackage(name, sha256) {
  const folder = freshScratch('npm-package');
  await run('npm', ['pack', name, '--pack-destination', folder, '--loglevel=error']);
  const archive = onlyFile(folder);
  await checkSha256(archive, sha256, `the npm package ${name}`);
  // Without a drive, which GNU tar would take for a computer's name.
  await run('tar', ['-xzf', basename(archive)], { cwd: folder });
  return join(folder, 'package');
}

/**
 * Fetches a Python wheel (a zip archive); nothing is installed.
 * @param {string} name  package and version, `name==1.2.3`
 * @param {string[]} platform  pip's arguments for the platform
 * @param {string} sha256
 * @param {{ folder?: string, retries?: number }} [options]  with a `folder`, the wheel stays there for the next time
 * @returns {Promise<string>} the wheel's path
 */
export async function pythonWheel(name, platform, sha256, { folder, retries = 1 } = {}) {
  if (folder !== undefined) {
    const kept = existsSync(folder) ? onlyFile(folder) : undefined;
    if (kept !== undefined && (await sha256Of(kept)) === sha256) return kept;
    rmSync(folder, { recursive: true, force: true });
  }
  const to = folder ?? freshScratch('python-wheel');
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input', '-d', to];
  // If the registry cannot be reached, the next source is better than pip's five attempts.
  const limits = ['--retries', String(retries), '--timeout', '15'];
  await run('python3', ['-m', 'pip', 'download', ...options, ...limits, ...platform, name]);
  const wheel = onlyFile(to);
  await checkSha256(wheel, sha256, `the Python package ${name}`);
  return wheel;
}

/** @param {string} folder @returns {string | undefined} */
function onlyFile(folder) {
  const [name] = readdirSync(folder);
  return name && join(folder, name);
}
