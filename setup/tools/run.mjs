/** Runs other programs. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { heldLock } from './lock.mjs';
import { readJson, root } from './project.mjs';
import { SetupError, progressLine } from './messages.mjs';

/**
 * Runs a program and returns its output. Fails with the program's last lines if the exit status is not 0.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, { cwd = root, env = {} } = {}) {
  const shown = [command, ...args.slice(0, 3)].join(' ');
  const progress = progressLine(`${shown} ...`);
  const began = performance.now();
  const clock = setInterval(() => progress.update(`${Math.round((performance.now() - began) / 1000)} s`), 1000);
  const { status, signal, stdout, output } = await new Promise((resolve, reject) => {
    const words = forShell(command, args);
    const child = spawn(command, words.args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', heldLock()],
      shell: words.shell,
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, output }));
  })
    .catch((error) => {
      throw new SetupError(`${command} could not be started: ${error.message}`);
    })
    .finally(() => {
      clearInterval(clock);
      progress.end();
    });
  if (status !== 0) {
    const lastLines = output.trimEnd().split('\n').slice(-15).join('\n');
    throw new SetupError(`"${shown} ..." failed (${signal ?? `status ${status}`}):\n${lastLines}`);
  }
  return stdout;
}

/**
 * npm is a batch file on Windows, which only a shell can run. It splits words at spaces, which paths may contain.
 * @param {string} command
 * @param {string[]} args  constants of ours and paths
 * @param {string} [platform]
 */
export function forShell(command, args, platform = process.platform) {
  const shell = platform === 'win32' && command === 'npm';
  return { shell, args: shell ? args.map((word) => (/^[\w@./:=-]+$/.test(word) ? word : `"${word}"`)) : args };
}

/**
 * @param {string} name  of an npm package
 * @param {string} [program]  the name of one of its programs, if it differs from the package's
 * @returns {string} the program's script, to be run with Node: faster than npx, and the same on Windows
 */
export function programOf(name, program = name) {
  const folder = `node_modules/${name}`;
  const { bin } = readJson(`${folder}/package.json`);
  return join(root, folder, typeof bin === 'string' ? bin : bin[program]);
}

/** @param {string} command @returns whether a program of this name is in the PATH */
export function commandExists(command) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .some((folder) => extensions.some((extension) => isExecutable(join(folder, command + extension))));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
