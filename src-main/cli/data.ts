/** The data options that several commands share. */
import { ImageChoice, type ImageRemedy } from '@contract/schemas';
import { UserError } from '../base/errors';
import type { LabelledImages } from '../data/mnist';
import { remedyOf } from '../data/remedy';
import { loadBundledModel } from '../recognition/bundled-model';
import { checkData, describeCheck } from '../recognition/data-check';
import { UsageError } from './options';
import { warn } from './standard-error';

/** Parses `--images`; null for images that are used unchanged. */
export function remedyFrom(images: string | undefined): ImageRemedy | null {
  if (images === undefined) return null;
  const choice = ImageChoice.safeParse(images);
  if (choice.success) return remedyOf(choice.data);
  throw new UsageError(`--images takes as-they-are, inverted, transposed or labels-DIGITS, not "${images}".`);
}

/** Warns of images or labels that seem to differ from MNIST's. TensorFlow must be loaded. */
export async function warnOfOtherData(set: LabelledImages): Promise<void> {
  const bundled = await loadBundledModel().catch((error: unknown) => {
    // The check is optional; without the network it is skipped.
    if (error instanceof UserError) return null;
    throw error;
  });
  if (bundled === null) return;
  const check = checkData(bundled.network, set);
  bundled.network.dispose();
  const words = describeCheck(check);
  if (words === null) return;
  warn(`${words} Use --images ${check.remedy}, or --images as-they-are to hide this warning.`);
}
