/** A tensor held by the native library. Whoever receives one must free it. */
export type Handle = number;

/** The part of tfjs-node's binding that is used here; see its `tfjs_binding.d.ts`. */
export interface NativeBinding {
  createTensor(shape: number[], type: number, values: Float32Array | Uint8Array): Handle;
  deleteTensor(tensor: Handle): void;
  tensorDataSync(tensor: Handle): Float32Array;
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: Handle[], inputNames: string, outputNames: string): { id: Handle }[];
  isUsingGpuDevice(): boolean;
  TF_FLOAT: number;
  TF_UINT8: number;
  TF_Version: string;
}
