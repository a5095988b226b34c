import { exportModel, formatOf } from '../exchange/export';
import { readWeights } from '../exchange/read-weights';
import { fromCaller, parseOptions, required, text } from './options';
import { loadDevice, print } from './output';

export const usage = `npm run -s export -- --checkpoint DIR|FILE --to FILE.onnx|FILE.safetensors|FILE.pth|FILE.json|FOLDER

Exports a network as ONNX, safetensors, PyTorch or TensorFlow.js, depending on the file's name, and prints the names of
the files written.

  --checkpoint DIR|FILE   the network: a checkpoint, a run (its newest checkpoint), or a weights file
  --to FILE               .onnx, .safetensors, .pth (PyTorch), .json or a folder (TensorFlow.js)`;

/** Exports a network in the format that the file name determines. */
export async function run(args: string[]): Promise<void> {
  const options = parseOptions(args, { checkpoint: text, to: text });
  const checkpoint = required(options.checkpoint, '--checkpoint DIR');
  const to = fromCaller(required(options.to, '--to FILE'));
  await formatOf(to);
  const weights = await readWeights(fromCaller(checkpoint));
  await loadDevice();
  print(JSON.stringify({ files: await exportModel(weights, to) }));
}
