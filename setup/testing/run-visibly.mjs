import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../tools/project.mjs';

/**
 * Runs a program that writes to this terminal.
 * @param {string} program
 * @param {string[]} words
 * @param {Record<string, string>} [environment]
 * @returns {Promise<number>} its exit status; 1 if a signal ended it
 */
export async function runVisibly(program, words, environment = {}) {
  const child = spawn(program, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
  const [status] = await once(child, 'exit');
  return status ?? 1;
}
