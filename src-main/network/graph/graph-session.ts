/** Runs a graph in a session of the native library. */
import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG } from './graph-builder';

/** A tensor held by the native library. Whoever receives one must free it. */
export type Handle = number;

/** The part of tfjs-node's binding that is used here; see its `tfjs_binding.d.ts`. */
interface Binding {
  createTensor(shape: number[], type: number, values: Float32Array | Uint8Array): Handle;
  deleteTensor(tensor: Handle): void;
  tensorDataSync(tensor: Handle): Float32Array;
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: Handle[], inputNames: string, outputNames: string): { id: Handle }[];
  TF_FLOAT: number;
  TF_UINT8: number;
}

export class GraphSession {
  readonly #binding = (tf.backend() as unknown as { binding: Binding }).binding;
  readonly #session: number;

  /** The session lives as long as the process. @param savedModel the bytes of `saved_model.pb` */
  constructor(savedModel: Uint8Array) {
    // The library loads a graph only from a folder, which it does not need afterwards.
    const folder = mkdtempSync(join(tmpdir(), 'digit-studio-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModel);
      this.#session = this.#binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Creates a uint8 or float32 tensor. */
  tensor(values: Float32Array | Uint8Array, shape: number[]): Handle {
    const { TF_FLOAT, TF_UINT8 } = this.#binding;
    return this.#binding.createTensor(shape, values instanceof Uint8Array ? TF_UINT8 : TF_FLOAT, values);
  }

  /**
   * @param inputs the tensor for each placeholder
   * @param outputs names of nodes
   * @returns the outputs of these nodes, in the same order
   */
  run(inputs: Record<string, Handle>, outputs: readonly string[]): Handle[] {
    const names = Object.keys(inputs);
    const handles = this.#binding.runSavedModel(
      this.#session,
      Object.values(inputs),
      names.map((name) => `${name}:0`).join(),
      outputs.map((name) => `${name}:0`).join(),
    );
    return handles.map(({ id }) => id);
  }

  /** A copy of the values. */
  read(tensor: Handle): Float32Array {
    return this.#binding.tensorDataSync(tensor);
  }

  free(...tensors: Handle[]): void {
    for (const tensor of tensors) this.#binding.deleteTensor(tensor);
  }
}
