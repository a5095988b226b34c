/** The values' bytes as base64; little-endian, as all machines are that TensorFlow runs on. */
export const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
