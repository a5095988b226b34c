import type { Device } from '@contract/contract';
import type { DeviceChoice } from '@contract/schemas';
import { loadTensorFlow } from '../engine/tensorflow';
import { warn, withoutNotices } from './standard-error';

/** Standard output: what the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Loads TensorFlow, and warns where nobody asked for a slow one and only that can be had.
 * @throws UserError `device-unavailable`
 */
export async function loadDevice(choice?: DeviceChoice): Promise<Device> {
  const device = await withoutNotices(() => loadTensorFlow(choice));
  if (device.problem !== null) warn(device.problem);
  return device;
}
