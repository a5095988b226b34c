import { expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { InkExplanations } from '../../../../src-main/session/ink-explanations';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';

test('a search for a stroke ends with the next one, or when it is ended', async () => {
  await loadTensorFlow();
  const explanations = new InkExplanations({ reader: await loadBundledModel() });
  const search = () => explanations.turningStroke(penDigit(3, 42, 3), 9);
  const [replaced, ended] = [search(), search()];
  explanations.endStrokeSearch();
  expect(await Promise.all([replaced, ended])).toEqual([null, null]);
  expect(await search()).not.toBeNull();
});
