import { loadTestSet } from '../data/load';
import { readWeights } from '../exchange/weights-file';
import { createNetwork } from '../network/create-network';
import { evaluateAll } from '../training/evaluate';
import { fromCaller, parseOptions, required, text } from './options';
import { loadDevice, print } from './output';
import { warn } from './standard-error';

export const usage = `npm run -s evaluate -- --checkpoint DIR|FILE.safetensors [--data DIR]`;

/** Tests a network on a dataset's test set. */
export async function run(args: string[]): Promise<void> {
  const options = parseOptions(args, { checkpoint: text, data: text });
  const checkpoint = required(options.checkpoint, '--checkpoint DIR');
  const weights = await readWeights(fromCaller(checkpoint));
  const { test, notices } = await loadTestSet(options.data === undefined ? null : fromCaller(options.data));
  notices.forEach(warn);
  await loadDevice();
  const { loss, correct, total } = evaluateAll(createNetwork(weights), test);
  print(JSON.stringify({ testLoss: loss, testAccuracy: correct / total, correct, total }));
}
