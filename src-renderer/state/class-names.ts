/** The names of the ten classes, for people. */
import type { Dataset } from '@contract/contract';
import type { Model } from '@contract/recognition';

export const digitNames: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

/** The names of a dataset's classes; digits by default. */
export function classNamesOf(dataset: Pick<Dataset, 'classNames'> | null): readonly string[] {
  return dataset?.classNames?.names ?? digitNames;
}

/** The names of a network's answers: the built-in one reads digits, whatever data are loaded. */
export function answerNames(source: Model['source'], dataset: Pick<Dataset, 'classNames'> | null): readonly string[] {
  return source === 'bundled' ? digitNames : classNamesOf(dataset);
}
