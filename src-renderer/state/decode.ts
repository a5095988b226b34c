/** Decodes lists that are sent as text. */

export const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** @param base64 little-endian float32 values */
export const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer as ArrayBuffer);
