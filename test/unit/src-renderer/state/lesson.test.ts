import { expect, test } from 'vitest';
import type { LabelledDrawing } from '../../../../src-preload/recognition';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';
import { Lesson } from '../../../../src-renderer/state/lesson.svelte';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';

function makeLesson(drawings: Pick<LabelledDrawing, 'heldOut'>[]) {
  const view = new StudioView();
  view.ready = true;
  const requester = new Requester(view, new Problems());
  return {
    view,
    lesson: new Lesson({ view, run: new OpenRun(), dialogs: new Dialogs(), requester, ownDigits: { drawings } }),
  };
}

const dataset = {
  name: 'fashion-mnist',
  ...{ sha256: 'a', trainCount: 60_000, testCount: 10_000, images: null, notices: [], doubt: null },
};

test('a lesson needs drawings to learn from and to test on, a network, and digits', () => {
  expect(makeLesson([{ heldOut: false }]).lesson.teach.refusal).toBe('Write a digit at least three times first');
  const { view, lesson } = makeLesson([{ heldOut: false }, { heldOut: true }]);
  expect(lesson.teach.refusal).toBe('There is no network yet');
  view.model = { ...view.model, source: 'bundled' };
  expect(lesson.teach.refusal).toBeNull();
  const names = ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'];
  view.dataset = { ...dataset, classNames: { names, typed: true } };
  expect(lesson.teach.refusal).toBe('The classes of fashion-mnist are not digits. Load digits first');
  view.dataset = { ...dataset, classNames: null };
  expect(lesson.teach.refusal).toBeNull();
});
