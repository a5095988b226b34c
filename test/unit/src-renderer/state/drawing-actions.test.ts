import { expect, test } from 'vitest';
import { nothingOff } from '../../../../src-preload/schemas';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';
import { DrawingActions } from '../../../../src-renderer/state/drawing-actions.svelte';
import { Drawing } from '../../../../src-renderer/state/drawing.svelte';
import type { InkExplanation } from '../../../../src-renderer/state/ink-explanation.svelte';
import { OwnDigits } from '../../../../src-renderer/state/own-digits.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

function makeActions() {
  const view = new StudioView();
  view.ready = true;
  view.model = { ...predictionOf(7).model, alternative: null, checkpoint: null, past: null, switchedOff: nothingOff };
  const drawing = new Drawing(() => undefined);
  const ownDigits = new OwnDigits();
  const problems = new Problems();
  const recognition = { ask: () => undefined, read: () => Promise.resolve(predictionOf(7)) };
  const requester = new Requester(view, problems);
  const inkExplanation: { search: InkExplanation['search'] } = { search: null };
  const actions = new DrawingActions({
    ...{ view, drawing, recognition, inkExplanation, ownDigits, requester },
    dialogs: new Dialogs(),
  });
  return { drawing, inkExplanation, ownDigits, problems, actions };
}

test('with an empty pad there is nothing to clear, undo, save or pin', () => {
  const { drawing, actions } = makeActions();
  const all = [actions.clearDrawing, actions.undoStroke, actions.labelDrawing(7), actions.pinDrawing];
  for (const action of all) expect(action.refusal).not.toBeNull();
  drawing.begin([10, 10]);
  drawing.end();
  for (const action of all) expect(action.refusal).toBeNull();
  expect(actions.redoStroke.refusal).not.toBeNull();
  actions.undoStroke.run();
  expect(actions.redoStroke.refusal).toBeNull();
});

test('a stroke that was found is drawn after the others, and can be undone', () => {
  const { drawing, inkExplanation, actions } = makeActions();
  drawing.begin([10, 10]);
  drawing.end();
  expect(actions.drawFoundStroke.refusal).toBe('No stroke was found');
  const { content } = drawing;
  const stroke = { width: 20, points: [[30, 30] as [number, number]] };
  inkExplanation.search = { content, digit: 9, stroke, isOver: true, answer: { digit: 9, probability: 0.8 } };
  actions.drawFoundStroke.run();
  expect(drawing.content.strokes).toEqual([...content.strokes, stroke]);
  actions.undoStroke.run();
  expect(drawing.content).toEqual(content);
});

test('a problem with a dropped file is shown at the pad until its content changes', () => {
  const { drawing, problems, actions } = makeActions();
  actions.dropPicture(undefined).run();
  expect(actions.pictureProblem).toContain('Only picture files can be dropped');
  actions.dismissPictureProblem.run();
  expect(actions.pictureProblem).toBeNull();

  actions.dropPicture(undefined).run();
  drawing.begin([10, 10]);
  actions.changed();
  expect(actions.pictureProblem).toBeNull();
  expect(problems.shown).toBeNull();
});

test('why a picture cannot be opened is said at the pad', async () => {
  const { problems, actions } = makeActions();
  const message = 'seven.png could not be read: permission denied.';
  provideBridge({
    openPicture: () => {
      throw new Error(message);
    },
  });
  actions.openPicture.run();
  await expect.poll(() => actions.pictureProblem).toBe(message);
  expect(problems.shown).toBeNull();
});

test('saved drawings can be tested once there are some, and only one can be changed at a time', async () => {
  const { drawing, ownDigits, actions } = makeActions();
  expect(actions.testOwnDigits.refusal).toContain('Save some drawings');
  let done: () => void = () => undefined;
  provideBridge({
    keepDrawing: ({ id, label, pixels }) =>
      new Promise((resolve) => (done = () => resolve({ id, label, pixels, heldOut: false }))),
  });
  drawing.begin([10, 10]);
  actions.labelDrawing(7).run();
  await expect.poll(() => ownDigits.saving).toBe(true);
  expect(actions.labelDrawing(7).refusal).toBe('One moment');
  done();
  await expect.poll(() => ownDigits.labelOf(drawing.content)).toBe(7);
  expect(actions.testOwnDigits.refusal).toBeNull();
});
