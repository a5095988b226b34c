import { UserError } from '../base/errors';
import { loadDataset } from '../data/load';
import { readWeights } from '../exchange/read-weights';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import { BUNDLED_MODEL } from '../recognition/bundled-model';
import { type Calibration, calibrateInTurns, readCalibration } from '../recognition/calibration';
import type { Picture } from '../recognition/picture';
import { readPicture } from '../recognition/picture-file';
import { recognizePicture } from '../recognition/recognize';
import { recognizeDigits } from '../recognition/several';
import { UsageError, deviceOf, deviceUsage, flag, fromCaller, parseWords, text } from './options';
import { loadDevice, print } from './output';
import { warn } from './standard-error';

export const usage = `npm run -s recognize -- [--checkpoint DIR|FILE] [--several] [--device auto|cpu|gpu|wasm|javascript]
      PICTURE ...

Reads the digit in each picture, or all its digits with --several, and prints a line of JSON for each picture.

  --checkpoint DIR|FILE   the network: a checkpoint, a run (its newest checkpoint), or a weights file (default: the
                          built-in network)
  --several               also reads each digit of a number, from left to right and line by line
  ${deviceUsage}`;

/** Reads the digit, or with --several all digits, in each picture. An unreadable picture does not stop the others. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseWords(args, { checkpoint: text, several: flag, device: text });
  if (positionals.length === 0) throw new UsageError('Name at least one picture to read.');
  const choice = deviceOf(values.device);
  const checkpoint = values.checkpoint === undefined ? BUNDLED_MODEL : fromCaller(values.checkpoint);
  const weights = await readWeights(checkpoint);
  await loadDevice(choice);
  const network = createNetwork(weights);
  const calibration = (await readCalibration(checkpoint)) ?? (await calibrateOnMnist(network));
  const reader = { network, calibration };
  const read = (picture: Picture) => {
    const { digit, probabilities, reason } = recognizePicture(reader, picture);
    return { digit, probabilities, reason, ...(values.several ? recognizeDigits(reader, picture) : {}) };
  };
  for (const file of positionals) {
    const picture = await readPicture(fromCaller(file)).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    if (picture instanceof UserError) {
      process.exitCode = 1;
      warn(picture.message);
      print(JSON.stringify({ file, error: picture.message }));
    } else {
      print(JSON.stringify({ file, ...read(picture) }));
    }
  }
}

/** A network that learned something else reads few of MNIST's digits correctly, and gets the default calibration. */
async function calibrateOnMnist(network: Network): Promise<Calibration> {
  const { train } = await loadDataset(null);
  return (await calibrateInTurns(network, train, () => true))!;
}
