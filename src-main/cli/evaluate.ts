import { writeFile } from 'node:fs/promises';
import { resultsOf } from '../analysis/results';
import { UserError, reasonOf } from '../base/errors';
import { loadTestSet } from '../data/load';
import { readWeights } from '../exchange/read-weights';
import { createNetwork } from '../network/create-network';
import { evaluateAll } from '../training/evaluate';
import { remedyFrom, warnOfOtherData } from './data';
import { deviceOf, deviceUsage, fromCaller, parseOptions, required, text } from './options';
import { loadDevice, print } from './output';
import { warn } from './standard-error';

export const usage = `npm run -s evaluate -- --checkpoint DIR|FILE [--data DIR]
      [--images as-they-are|inverted|transposed|labels-DIGITS] [--details FILE.json]
      [--device auto|cpu|gpu|wasm|javascript]

Tests a network on a dataset's test set, and prints its loss and accuracy as a line of JSON.

  --checkpoint DIR|FILE   the network: a checkpoint, a run (its newest checkpoint), or a weights file
  --data DIR              the dataset, a folder or an archive (default: MNIST); a test set alone is enough
  --images HOW            changes the images before they are read: inverted (dark becomes light) or transposed; or reads
                          the labels as other digits: labels-1234567890 reads 0 as 1, 1 as 2, and 9 as 0
  --details FILE.json     also writes the confusion matrix, each digit's precision and recall, and all mistakes
  ${deviceUsage}`;

/** Tests a network on a dataset's test set. */
export async function run(args: string[]): Promise<void> {
  const options = parseOptions(args, { checkpoint: text, data: text, details: text, images: text, device: text });
  const checkpoint = required(options.checkpoint, '--checkpoint DIR');
  const choice = deviceOf(options.device);
  const weights = await readWeights(fromCaller(checkpoint));
  const { test, notices } = await loadTestSet(
    options.data === undefined ? null : fromCaller(options.data),
    remedyFrom(options.images),
  );
  notices.forEach(warn);
  await loadDevice(choice);
  if (options.data !== undefined && options.images === undefined) await warnOfOtherData(test);
  const network = createNetwork(weights);
  const { loss, correct, total, logProbabilities } = evaluateAll(network, test);
  if (options.details !== undefined) {
    await writeJson(fromCaller(options.details), resultsOf(logProbabilities, test.labels));
  }
  print(JSON.stringify({ testLoss: loss, testAccuracy: correct / total, correct, total }));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value)}\n`).catch((error: unknown) => {
    throw new UserError('file-unwritable', `${path} could not be written: ${reasonOf(error)}. Choose another file.`);
  });
}
