import { readWeights } from '../exchange/weights-file';
import { createNetwork } from '../network/create-network';
import { BUNDLED_MODEL } from '../recognition/bundled-model';
import { readCalibration } from '../recognition/calibration';
import { readPicture } from '../recognition/picture-file';
import { recognizePicture } from '../recognition/recognize';
import { UsageError, fromCaller, parseWords, text } from './options';
import { loadDevice, print } from './output';

export const usage = `npm run -s recognize -- [--checkpoint DIR|FILE.safetensors] IMAGE.png|IMAGE.jpg ...

Reads the digit in each picture, and prints a line of JSON for each. Without --checkpoint the bundled network reads.`;

/** Reads the digit in each picture. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseWords(args, { checkpoint: text });
  if (positionals.length === 0) throw new UsageError('Name an image to recognize.');
  // Before TensorFlow, which takes longer to load than it takes to find a wrong name.
  const pictures = await Promise.all(
    positionals.map(async (file) => [file, await readPicture(fromCaller(file))] as const),
  );
  const checkpoint = values.checkpoint === undefined ? BUNDLED_MODEL : fromCaller(values.checkpoint);
  const weights = await readWeights(checkpoint);
  await loadDevice();
  const reader = { network: createNetwork(weights), calibration: await readCalibration(checkpoint) };
  for (const [file, picture] of pictures) {
    const { digit, probabilities } = recognizePicture(reader, picture);
    print(JSON.stringify({ file, digit, probabilities }));
  }
}
