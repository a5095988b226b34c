import { CLASSES, PIXELS } from '../../data/mnist';
import type { Batch } from '../../data/batches';
import type { DropoutMasks } from '../dropout';
import type { Hyperparameters, Network, Passes } from '../network';
import { PARAMETER_COUNT, type Weights, fromVector, split, toVector } from '../parameters';
import { digitsGraph } from './digits-graph';
import { GraphSession } from './graph-session';
import type { Handle, NativeBinding } from './native-binding';

/**
 * The fewest images given to the native library's convolutions; smaller batches are repeated. Each half of a batch then
 * has at least two. For a single image oneDNN picks another convolution (`gemm:jit`, seen with ONEDNN_VERBOSE=1) that
 * occasionally writes past its buffer and crashes the process (segmentation fault in `im2col_dt`, TensorFlow 2.21).
 */
const MIN_NATIVE_IMAGES = 4;

/** Shared by all networks, since the graph is stateless. */
let shared: GraphSession | null = null;

/** The session of `digitsGraph` on the device that the native library uses. */
export function sharedSession(binding: NativeBinding): GraphSession {
  return (shared ??= new GraphSession(digitsGraph(binding.isUsingGpuDevice() ? 'gpu' : 'cpu'), binding));
}

/** The network as a graph of the native library, in which a training step is a single call. */
export class GraphNetwork implements Network {
  readonly #session: GraphSession;
  #parameters: Handle;
  #momentumBuffers: Handle;

  /** @param session runs the graph of `digitsGraph` */
  constructor(weights: Weights, momentumBuffers: Weights, session: GraphSession) {
    this.#session = session;
    this.#parameters = this.#session.tensor(toVector(weights), [PARAMETER_COUNT]);
    this.#momentumBuffers = this.#session.tensor(toVector(momentumBuffers), [PARAMETER_COUNT]);
  }

  trainStep(batch: Batch, masks: DropoutMasks, { learningRate, momentum }: Hyperparameters): number {
    // The mean loss over several copies of a batch equals that of the batch.
    if (batch.count < MIN_NATIVE_IMAGES) return this.trainStep(...copies(batch, masks), { learningRate, momentum });
    const session = this.#session;
    const fed = {
      ...this.#feed(batch, masks),
      learning_rate: session.tensor(Float32Array.of(learningRate), []),
      momentum: session.tensor(Float32Array.of(momentum), []),
    };
    try {
      const [parameters, momentumBuffers, loss] = session.run(
        { parameters: this.#parameters, momentumBuffers: this.#momentumBuffers, ...fed },
        ['new_parameters', 'new_momentum_buffers', 'loss'],
      ) as [Handle, Handle, Handle];
      session.free(this.#parameters, this.#momentumBuffers);
      this.#parameters = parameters;
      this.#momentumBuffers = momentumBuffers;
      return this.#take(loss)[0]!;
    } finally {
      session.free(...Object.values(fed));
    }
  }

  passes(batch: Batch, masks: DropoutMasks): Passes {
    const { count } = batch;
    if (count < MIN_NATIVE_IMAGES) {
      const { losses, logProbabilities, ...ofBatch } = this.passes(...copies(batch, masks));
      const [ofImages, answers] = [losses.subarray(0, count), logProbabilities.subarray(0, count * CLASSES)];
      return { ...ofBatch, losses: ofImages, logProbabilities: answers };
    }
    const fed = this.#feed(batch, masks);
    try {
      const [loss, losses, logProbabilities, vector] = this.#session
        .run({ parameters: this.#parameters, ...fed }, [
          ...['loss', 'image_losses', 'training_log_probabilities', 'gradients'],
        ])
        .map((handle) => this.#take(handle)) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const gradients = new Float32Array(PARAMETER_COUNT);
      fromVector(vector, gradients);
      return { loss: loss[0]!, losses, logProbabilities, gradients: split(gradients) };
    } finally {
      this.#session.free(...Object.values(fed));
    }
  }

  logProbabilities(pixels: Uint8Array, count: number): Float32Array {
    return this.#output('log_probabilities', CLASSES, pixels, count);
  }

  maps(pixels: Uint8Array, count: number): Float32Array {
    return this.#output('maps', 320, pixels, count);
  }

  weights(): Weights {
    const values = new Float32Array(PARAMETER_COUNT);
    fromVector(this.#session.read(this.#parameters), values);
    return split(values);
  }

  momentumBuffers(): Weights {
    const values = new Float32Array(PARAMETER_COUNT);
    fromVector(this.#session.read(this.#momentumBuffers), values);
    return split(values);
  }

  copyTo(weights: Float32Array, momentumBuffers: Float32Array): boolean {
    const finiteWeights = fromVector(this.#session.read(this.#parameters), weights);
    return fromVector(this.#session.read(this.#momentumBuffers), momentumBuffers) && finiteWeights;
  }

  dispose(): void {
    this.#session.free(this.#parameters, this.#momentumBuffers);
  }

  /** @returns the graph's inputs for a batch, to be freed */
  #feed({ pixels, labels, count }: Batch, { channels, units }: DropoutMasks): Record<string, Handle> {
    const session = this.#session;
    return {
      pixels: session.tensor(pixels, [count, PIXELS]),
      labels: session.tensor(labels, [count, CLASSES]),
      channel_masks: session.tensor(channels, [count, 20]),
      unit_masks: session.tensor(units, [count, 50]),
    };
  }

  /** @param size of the output for each image @returns count x size */
  #output(name: string, size: number, pixels: Uint8Array, count: number): Float32Array {
    if (count < MIN_NATIVE_IMAGES) {
      const times = copiesNeeded(count);
      return this.#output(name, size, repeated(pixels, times), times * count).subarray(0, count * size);
    }
    const fed = this.#session.tensor(pixels, [count, PIXELS]);
    try {
      const [result] = this.#session.run({ parameters: this.#parameters, pixels: fed }, [name]);
      return this.#take(result!);
    } finally {
      this.#session.free(fed);
    }
  }

  #take(handle: Handle): Float32Array {
    const values = this.#session.read(handle);
    this.#session.free(handle);
    return values;
  }
}

const copiesNeeded = (count: number) => Math.ceil(MIN_NATIVE_IMAGES / count);

function copies({ pixels, labels, count }: Batch, { channels, units }: DropoutMasks): [Batch, DropoutMasks] {
  const times = copiesNeeded(count);
  return [
    { pixels: repeated(pixels, times), labels: repeated(labels, times), count: times * count },
    { channels: repeated(channels, times), units: repeated(units, times) },
  ];
}

function repeated<T extends Uint8Array | Float32Array>(values: T, times: number): T {
  const result = new (values.constructor as new (length: number) => T)(times * values.length);
  for (let i = 0; i < times; i++) result.set(values, i * values.length);
  return result;
}
