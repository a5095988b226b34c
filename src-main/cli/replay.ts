import { RunName } from '@contract/schemas';
import { openStore } from '../checkpoints/store';
import { loadDataset } from '../data/load';
import { exportModel, formatOf } from '../exchange/export';
import { Session } from '../session/session';
import { remedyFrom } from './data';
import { deviceOf, deviceUsage, fromCaller, parseOptions, required, stepCount, text, valid } from './options';
import { loadDevice, print } from './output';
import { warn } from './standard-error';

export const usage = `npm run -s replay -- --checkpoints DIR --run NAME --step N --to FILE.safetensors
      [--data DIR] [--images as-they-are|inverted|transposed|labels-DIGITS]
      [--device auto|cpu|gpu|wasm|javascript]

Computes the weights of a run after any of its steps again, writes them, and prints a line of JSON with the step, the
files, and "exact": true if the run's next snapshot shows that the weights equal the run's, bit for bit; false if they
differ, for example on another device; null if there is no later snapshot.

  --checkpoints DIR       the folder for runs
  --run NAME              the run's name
  --step N                the number of training steps, 0 for the initial weights
  --to FILE               .onnx, .safetensors, .pth (PyTorch), .json or a folder (TensorFlow.js)
  --data DIR              the run's dataset, a folder or an archive (default: MNIST)
  --images HOW            how the images or labels were changed for the run: inverted, transposed or labels-DIGITS
  ${deviceUsage}`;

/** Writes the weights of any step of a run. */
export async function run(args: string[]): Promise<void> {
  const options = parseOptions(args, {
    checkpoints: text,
    run: text,
    step: text,
    to: text,
    data: text,
    images: text,
    device: text,
  });
  const store = await openStore(fromCaller(required(options.checkpoints, '--checkpoints DIR')));
  const name = valid(RunName.safeParse(required(options.run, '--run NAME')));
  const step = stepCount(required(options.step, '--step N'), '--step', 0);
  const to = fromCaller(required(options.to, '--to FILE'));
  await formatOf(to);
  const device = deviceOf(options.device);
  const folder = options.data === undefined ? null : fromCaller(options.data);
  const data = await loadDataset(folder, remedyFrom(options.images));
  data.notices.forEach(warn);
  const session = new Session(await loadDevice(device), data, null, () => undefined);
  await session.useStore(store);
  await session.openRun(name);
  const { state, isExact } = await session.timeMachine.checkedStateAt({ run: name, step });
  session.dispose();
  print(JSON.stringify({ run: name, step, exact: isExact, files: await exportModel(state.weights, to) }));
}
