import { expect, test } from 'vitest';
import { nothingOff } from '../../../../src-preload/schemas';
import type { InkEffects, TurningStroke } from '../../../../src-preload/recognition';
import { Drawing } from '../../../../src-renderer/state/drawing.svelte';
import { InkExplanation } from '../../../../src-renderer/state/ink-explanation.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

const piece = { points: [[10, 10] as [number, number]], width: 20, digit: 1, probability: 0.2, evidence: 3 };
const effects: InkEffects = { digit: 7, probability: 0.9, pieces: [piece] };
const found: TurningStroke = { stroke: { width: 20, points: [[30, 30]] }, probability: 0.8 };

function explanationOf() {
  const view = new StudioView();
  view.ready = true;
  view.model = { ...predictionOf(7).model, alternative: null, checkpoint: null, past: null, switchedOff: nothingOff };
  const problems = new Problems();
  const drawing = new Drawing(() => undefined);
  const recognition = { answer: predictionOf(7) };
  const requester = new Requester(view, problems);
  const explanation = new InkExplanation({ view, drawing, recognition, problems, requester });
  const draw = () => {
    drawing.begin([10, 10]);
    drawing.end();
  };
  return { explanation, drawing, problems, draw };
}

test('the effects are requested only while they are shown, and belong to the drawing on the pad', async () => {
  const { explanation, drawing, draw } = explanationOf();
  let asked = 0;
  provideBridge({
    explainInk: () => {
      asked++;
      return effects;
    },
  });
  draw();
  explanation.follow();
  const end = explanation.watch();
  expect([asked, explanation.effects]).toEqual([0, null]);
  explanation.showsPieces = true;
  explanation.follow();
  expect([explanation.effects, explanation.hasNone]).toEqual([null, false]);
  await expect.poll(() => explanation.pieces).toEqual(effects.pieces);
  // Nothing flickers while another stroke is drawn.
  draw();
  expect([explanation.effects, explanation.pieces]).toEqual([effects, effects.pieces]);
  drawing.clear();
  expect([explanation.effects, explanation.pieces, explanation.hasNone]).toEqual([null, [], true]);
  // Another drawing does not have this one's colours.
  draw();
  drawing.undo();
  drawing.undo();
  drawing.undo();
  expect(explanation.pieces).toEqual(effects.pieces);
  end();
  expect([explanation.effects, explanation.pieces]).toEqual([null, []]);
  expect(asked).toBe(1);
});

test('what is not a single digit has no effects', async () => {
  const { explanation, draw } = explanationOf();
  provideBridge({ explainInk: () => null });
  explanation.showsPieces = true;
  draw();
  explanation.watch();
  await expect.poll(() => explanation.hasNone).toBe(true);
  expect(explanation.effects).toBeNull();
});

test('a stroke is searched, read again when the network has changed, and forgotten with the drawing', async () => {
  const { explanation, draw } = explanationOf();
  let answer: (found: TurningStroke | null) => void = () => undefined;
  provideBridge({
    findStroke: () => new Promise((resolve) => (answer = resolve)),
    recognize: () => Promise.resolve(predictionOf(4)),
  });
  explanation.watch();
  expect(explanation.searchFor(9).refusal).toBe('Draw a digit first');
  draw();
  expect(explanation.searchFor(7).refusal).toBe('It is already read as 7');
  explanation.searchFor(9).run();
  expect(explanation.search).toMatchObject({ digit: 9, isOver: false });
  // The newest search counts.
  const first = answer;
  explanation.searchFor(3).run();
  first(null);
  answer(found);
  await expect.poll(() => explanation.search).toMatchObject({ digit: 3, isOver: true, stroke: found.stroke });
  expect(explanation.search?.answer).toEqual({ digit: 3, probability: 0.8 });
  explanation.follow();
  await expect.poll(() => explanation.search?.answer?.digit).toBe(4);
  draw();
  expect(explanation.search).toBeNull();
});

test('a search is ended when the drawing changes, or nobody watches any more', () => {
  const { explanation, draw } = explanationOf();
  let ended = 0;
  provideBridge({
    findStroke: () => new Promise(() => undefined),
    endStrokeSearch: () => {
      ended++;
      return undefined;
    },
  });
  const stopWatching = explanation.watch();
  draw();
  explanation.searchFor(9).run();
  explanation.follow();
  expect([explanation.search?.digit, ended]).toEqual([9, 0]);
  draw();
  explanation.follow();
  expect([explanation.search, ended]).toEqual([null, 1]);
  explanation.searchFor(3).run();
  stopWatching();
  expect(ended).toBe(2);
});

test('a failure ends the search and is reported', async () => {
  const { explanation, problems, draw } = explanationOf();
  provideBridge({
    findStroke: () => {
      throw new Error('The engine has stopped.');
    },
  });
  explanation.watch();
  draw();
  explanation.searchFor(9).run();
  await expect.poll(() => problems.shown?.message).toBe('The engine has stopped.');
  expect(explanation.search).toBeNull();
});
