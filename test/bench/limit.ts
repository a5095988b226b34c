/** The limit of a training step: how long its multiplications would take at the rate of a large matrix product. */
import { defaultConfig } from '../../src-preload/schemas';
import { loadNativeBinding } from '../../src-main/engine/native-library';
import { GraphBuilder } from '../../src-main/network/graph/graph-builder';
import { GraphSession } from '../../src-main/network/graph/graph-session';
import { quantile } from './statistics';

export interface LimitFigures {
  /** Of a product of two large matrices, in 10^9 multiplications and additions per second. */
  gigaflops: number;
  /** Milliseconds that the multiplications and additions of a step would take at that rate. */
  step: number;
}

/** The multiplications of a forward pass, per image; each comes with an addition. */
const FORWARD = {
  conv1: 24 * 24 * 10 * 25,
  conv2: 8 * 8 * 20 * 250,
  fc1: 320 * 50,
  fc2: 50 * 10,
};
/** A backward pass multiplies as often for a layer's weights, and again for its input; conv1's input needs no gradient. */
const MULTIPLICATIONS = 2 * FORWARD.conv1 + 3 * (FORWARD.conv2 + FORWARD.fc1 + FORWARD.fc2);

const SIDE = 2048;
const REPEATS = 20;

export function limit(): LimitFigures {
  const g = new GraphBuilder();
  const factors = ['a', 'b'].map((name) => g.placeholder(name, 'float32', [SIDE, SIDE]));
  g.op('MatMul', factors, {}, 'product');
  const session = new GraphSession(g.encode(), loadNativeBinding());
  const values = Float32Array.from({ length: SIDE ** 2 }, Math.random);
  const [a, b] = [session.tensor(values, [SIDE, SIDE]), session.tensor(values, [SIDE, SIDE])];
  const seconds = Array.from({ length: REPEATS }, () => {
    const began = performance.now();
    // The native library returns when the product is computed.
    const product = session.run({ a, b }, ['product']);
    const seconds = (performance.now() - began) / 1000;
    session.free(...product);
    return seconds;
  });
  // The fastest tenth: a limit is what the machine can do when nothing else disturbs it.
  const gigaflops = (2 * SIDE ** 3) / quantile(seconds, 0.1) / 1e9;
  return { gigaflops, step: (2 * MULTIPLICATIONS * defaultConfig.batchSize) / gigaflops / 1e6 };
}
