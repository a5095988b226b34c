/** Runs a graph in a session of the native library. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG } from './graph-builder';
import type { Handle, NativeBinding } from './native-binding';

export class GraphSession {
  readonly #session: number;

  /** The session lives as long as the process. @param savedModel the bytes of `saved_model.pb` */
  constructor(
    savedModel: Uint8Array,
    private readonly binding: NativeBinding,
  ) {
    // The library loads a graph only from a folder, which it does not need afterwards.
    const folder = mkdtempSync(join(tmpdir(), 'digit-studio-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModel);
      this.#session = this.binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Creates a uint8 or float32 tensor. */
  tensor(values: Float32Array | Uint8Array, shape: number[]): Handle {
    const { TF_FLOAT, TF_UINT8 } = this.binding;
    return this.binding.createTensor(shape, values instanceof Uint8Array ? TF_UINT8 : TF_FLOAT, values);
  }

  /**
   * @param inputs the tensor for each placeholder
   * @param outputs names of nodes
   * @returns the outputs of these nodes, in the same order
   */
  run(inputs: Record<string, Handle>, outputs: readonly string[]): Handle[] {
    const names = Object.keys(inputs);
    const handles = this.binding.runSavedModel(
      this.#session,
      Object.values(inputs),
      names.map((name) => `${name}:0`).join(),
      outputs.map((name) => `${name}:0`).join(),
    );
    return handles.map(({ id }) => id);
  }

  /** A copy of the values. */
  read(tensor: Handle): Float32Array {
    return this.binding.tensorDataSync(tensor);
  }

  free(...tensors: Handle[]): void {
    for (const tensor of tensors) this.binding.deleteTensor(tensor);
  }
}
