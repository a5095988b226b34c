import type { ExportFormat } from '@contract/schemas';

/** What `exportModel` can write: its name in a file dialog, and the extension that it knows the format by. */
export const exportFormats: Record<ExportFormat, { name: string; extension: string }> = {
  onnx: { name: 'ONNX', extension: 'onnx' },
  'tensorflow-js': { name: 'TensorFlow.js', extension: 'json' },
  safetensors: { name: 'Safetensors', extension: 'safetensors' },
  pytorch: { name: 'PyTorch', extension: 'pth' },
};

/** What `readWeightsFile` can read, as a file dialog offers it. */
export const weightsFormats = [{ name: 'Weights (PyTorch, safetensors)', extensions: ['safetensors', 'pth', 'pt'] }];
