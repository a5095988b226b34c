/** The values' bytes as base64. They are little-endian, as on every machine that TensorFlow runs on. */
export const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
