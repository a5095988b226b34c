/** Runs a graph in a session of the native library. */
import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG } from './graph-builder';

/** A tensor that the native library holds; to be freed by whoever was given it. */
export type Handle = number;

/** What is used of tfjs-node's binding; see its `tfjs_binding.d.ts`. */
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

  /** @param savedModel the bytes of `saved_model.pb`; the session is there for the life of the process */
  constructor(savedModel: Uint8Array) {
    // The library takes a graph from a folder only, and is done with it when it has loaded it.
    const folder = mkdtempSync(join(tmpdir(), 'digit-studio-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModel);
      this.#session = this.#binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** @param values whole numbers as `Uint8Array`, others as `Float32Array` */
  tensor(values: Float32Array | Uint8Array, shape: number[]): Handle {
    const { TF_FLOAT, TF_UINT8 } = this.#binding;
    return this.#binding.createTensor(shape, values instanceof Uint8Array ? TF_UINT8 : TF_FLOAT, values);
  }

  /**
   * @param inputs what each placeholder is fed
   * @param outputs names of nodes
   * @returns what these nodes give, in their order
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
