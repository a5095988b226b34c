/** Images of made-up networks: each has high values in the units of its label. */
import type { MapData } from '../../../../src-preload/digit-map';

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** @param strength how far the labels' images are apart */
export function unitsOf(labels: Uint8Array, strength = 3, seed = 1): Float32Array {
  // Looks random, and is the same each time.
  const noise = (i: number) => Math.abs(Math.sin(seed + 12.9898 * i) * 43_758.5453) % 1;
  return Float32Array.from({ length: labels.length * 50 }, (_, i) =>
    i % 10 === labels[Math.floor(i / 50)] ? strength + noise(i) : noise(i),
  );
}

export const labelsOf = (count: number, classes: number) => Uint8Array.from({ length: count }, (_, i) => i % classes);

/** The first image is misread. */
export function mapDataOf(count: number, step: number, strength = 3): MapData {
  const labels = labelsOf(count, 3);
  const unitScale = (strength + 1) / 255;
  const units = unitsOf(labels, strength, step).map((value) => Math.round(value / unitScale));
  return {
    model: { source: 'run', name: 'run-1', step },
    sha256: 'mnist',
    indices: Array.from({ length: count }, (_, i) => 5 * i),
    labels: base64(labels),
    predictions: base64(labels.map((label, i) => (i === 0 ? label + 1 : label))),
    probabilities: base64(new Float32Array(count).fill(0.9)),
    units: base64(Uint8Array.from(units)),
    unitScale,
  };
}

export const encode = base64;
