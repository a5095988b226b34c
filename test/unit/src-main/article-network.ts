import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors } from '../../../src-main/checkpoints/safetensors';
import type { Weights } from '../../../src-main/network/parameters';

/** The final weights of the article's network, trained by PyTorch. */
export const ARTICLE = join(import.meta.dirname, '../../fixtures/pytorch/article.safetensors');

export async function articleWeights(): Promise<Weights> {
  return decodeSafetensors(await readFile(ARTICLE), ARTICLE);
}
