/** What `exportModel` can write, as a file dialog offers it. */
export const exportFormats = [
  { name: 'ONNX', extensions: ['onnx'] },
  { name: 'TensorFlow.js', extensions: ['json'] },
  { name: 'Safetensors (PyTorch)', extensions: ['safetensors'] },
];
