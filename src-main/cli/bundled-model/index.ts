import { resolve } from 'node:path';
import { BUNDLED_MODEL } from '../../recognition/bundled-model';
import { parseOptions, text } from '../options';
import { print } from '../output';
import { makeBundledModel } from './make';

export const usage = `npm run -s bundled-model [-- --to DIR]`;

/** Makes the bundled model anew, in its own folder unless told otherwise. */
export async function run(args: string[]): Promise<void> {
  const { to } = parseOptions(args, { to: text });
  await makeBundledModel(to === undefined ? BUNDLED_MODEL : resolve(to), print);
}
