import type { Device } from '@contract/contract';
import { loadTensorFlow } from '../engine/tensorflow';
import { warn, withoutNotices } from './standard-error';

/** Standard output: what the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Loads TensorFlow, and warns where only the slow one can be had. */
export async function loadDevice(): Promise<Device> {
  const device = await withoutNotices(loadTensorFlow);
  if (device.problem !== null) warn(device.problem);
  return device;
}
