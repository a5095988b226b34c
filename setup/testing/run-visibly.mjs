import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasDisplay } from '../launch.mjs';
import { root } from '../tools/project.mjs';

/**
 * Runs a program that writes to this terminal.
 * @param {string} program
 * @param {string[]} words
 * @param {Record<string, string>} [environment]
 * @returns {Promise<number>} its exit status; 1 where a signal ended it
 */
export async function runVisibly(program, words, environment = {}) {
  const child = spawn(program, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
  const [status] = await once(child, 'exit');
  return status ?? 1;
}

/** @param {string[]} command @returns {string[]} the command on a virtual display, where there is no other */
export function onDisplay(command) {
  return hasDisplay() ? command : ['xvfb-run', '-a', '-s', '-screen 0 1920x1200x24', ...command];
}
