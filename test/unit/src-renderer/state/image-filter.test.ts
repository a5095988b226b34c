import { expect, test } from 'vitest';
import { filterImages } from '../../../../src-renderer/state/image-filter';

const answers = {
  labels: Uint8Array.from([4, 4, 9, 9, 4, 1]),
  predictions: Uint8Array.from([4, 9, 9, 4, 9, 7]),
  probabilities: Float32Array.from([0.9, 0.5, 0.99, 0.8, 0.95, 0.4]),
  losses: Float32Array.from([0.1, 1, 0.01, 2, 5, 3]),
  doubted: new Set([4]),
  reviewed: new Map([[2, 'unclear' as const]]),
};

test('mistakes are listed worst first', () => {
  expect(filterImages(answers, { kind: 'mistakes' })).toEqual([4, 5, 3, 1]);
});

test('all images are listed, least sure first', () => {
  expect(filterImages(answers, { kind: 'unsure' })).toEqual([5, 1, 3, 0, 4, 2]);
});

test('doubtful labels are listed whether the image is read correctly or not', () => {
  expect(filterImages(answers, { kind: 'doubtful' })).toEqual([4, 2]);
});

test('rows and columns list their mistakes, and a cell the images that it counts', () => {
  expect(filterImages(answers, { kind: 'label', label: 4 })).toEqual([4, 1]);
  expect(filterImages(answers, { kind: 'prediction', prediction: 4 })).toEqual([3]);
  expect(filterImages(answers, { kind: 'cell', label: 4, prediction: 9 })).toEqual([4, 1]);
  expect(filterImages(answers, { kind: 'cell', label: 9, prediction: 9 })).toEqual([2]);
  expect(filterImages(answers, { kind: 'cell', label: 0, prediction: 1 })).toEqual([]);
});
