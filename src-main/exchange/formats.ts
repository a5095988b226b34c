import type { ExportFormat } from '@contract/schemas';

/** The formats that `exportModel` can write, with their names in file dialogs and their extensions. */
export const exportFormats: Record<ExportFormat, { name: string; extension: string }> = {
  onnx: { name: 'ONNX', extension: 'onnx' },
  'tensorflow-js': { name: 'TensorFlow.js', extension: 'json' },
  safetensors: { name: 'Safetensors', extension: 'safetensors' },
  pytorch: { name: 'PyTorch', extension: 'pth' },
};

/** The formats that `readWeightsFile` can read, for file dialogs. Their content counts, and PyTorch sets no names. */
export const weightsFormats = [
  { name: 'Weights (PyTorch, safetensors)', extensions: ['safetensors', 'pth', 'pt', 'tar', 'ckpt', 'bin'] },
  { name: 'All files', extensions: ['*'] },
];
