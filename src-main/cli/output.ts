import type { Device } from '@contract/contract';
import type { DeviceChoice } from '@contract/schemas';
import { loadTensorFlow } from '../engine/tensorflow';
import { warn, withoutNotices } from './standard-error';

/** Prints a line of the command's result to standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Loads TensorFlow, and warns if only a slow device is available that was not asked for.
 * @throws UserError `device-unavailable`
 */
export async function loadDevice(choice?: DeviceChoice): Promise<Device> {
  const device = await withoutNotices(() => loadTensorFlow(choice));
  if (device.problem !== null) warn(device.problem);
  return device;
}
