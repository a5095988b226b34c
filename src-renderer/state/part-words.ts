/** Names the parts of the network. They are counted from 1, as in the Inside tab. */
import type { Layer } from '@contract/part-ranking';
import type { NetworkParts } from '@contract/schemas';
import { many } from '../format';

const words: Record<Layer, string> = {
  firstLayer: 'first-layer map',
  secondLayer: 'second-layer map',
  units: 'hidden unit',
};

/** More parts of a layer than these are only counted. */
const maxNamed = 4;

/** "first-layer map 3" */
export const partName = (layer: Layer, index: number): string => `${words[layer]} ${index + 1}`;

/** "first-layer map 3, second-layer maps 1 and 2, and 12 hidden units"; empty for none */
export function partNames(parts: NetworkParts): string {
  const layers = Object.keys(words) as Layer[];
  return list(
    layers
      .filter((layer) => parts[layer].length > 0)
      .map((layer) => {
        const numbers = [...parts[layer]].sort((a, b) => a - b).map((index) => String(index + 1));
        if (numbers.length > maxNamed) return many(numbers.length, words[layer]);
        return `${words[layer]}${numbers.length === 1 ? '' : 's'} ${list(numbers)}`;
      }),
  );
}

function list(items: string[]): string {
  if (items.length < 3) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1)}`;
}
