import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './studio';

/** Makes a run with the command line: of 40 steps, with checkpoints at steps 0, 20, 30 and 40, unless told otherwise. */
export async function makeRun(folder: string, name: string, ...options: string[]): Promise<void> {
  const train = ['--import', 'tsx', 'src-main/cli/index.ts', 'train', '--checkpoints', folder, '--run', name];
  const steps = options.includes('--stop-after-steps') ? [] : ['--stop-after-steps', '40'];
  await promisify(execFile)('node', [...train, ...steps, ...options], { cwd: ROOT });
}
