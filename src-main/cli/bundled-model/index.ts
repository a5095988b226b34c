import { BUNDLED_MODEL } from '../../recognition/bundled-model';
import { fromCaller, parseOptions, text } from '../options';
import { loadDevice, print } from '../output';
import { makeBundledModel } from './make';

export const usage = `npm run -s bundled-model [-- --to DIR]

Trains the built-in network again, and writes it to its own folder or to DIR.`;

/** Trains the bundled model again and writes it, by default to its own folder. */
export async function run(args: string[]): Promise<void> {
  const { to } = parseOptions(args, { to: text });
  const device = await loadDevice();
  await makeBundledModel(device, to === undefined ? BUNDLED_MODEL : fromCaller(to), print);
}
