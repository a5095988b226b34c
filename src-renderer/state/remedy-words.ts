import type { ImageRemedy } from '@contract/schemas';

/** Says how a dataset's images or labels are changed, as in "images are inverted". */
export function remedyWords(remedy: ImageRemedy): string {
  if (remedy === 'inverted' || remedy === 'transposed') return `images are ${remedy}`;
  const digits = Array.from(remedy.slice('labels-'.length));
  const changed = digits.flatMap((digit, label) => (digit === String(label) ? [] : [`${label} for ${digit}`]));
  return `labels stand for other digits (${changed.join(', ')})`;
}
