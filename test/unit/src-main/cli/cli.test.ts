import { spawnSync } from 'node:child_process';
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../../../src-main/analysis/results';
import { readCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import reference from '../../../fixtures/pytorch/reference.json' with { type: 'json' };
import { temporaryFolder } from '../../temporary-folder';
import { writeSmallDataset } from '../small-dataset';
import { ARTICLE, ROOT, run, start } from './command-line';

test('train prints the article’s lines and a last line of JSON; evaluate agrees with it', async () => {
  const folder = await temporaryFolder();
  const trained = await run('train', '--checkpoints', folder, '--run', 'mine', '--stop-after-steps', '21');
  expect(trained.status, trained.errors).toBe(0);
  expect(trained.lines[0]).toMatch(/^Test set: Avg\. loss: 2\.\d{4}, Accuracy: \d{3,4}\/10000 \(\d+%\)$/);
  expect(trained.lines.slice(1, -1).map((line) => line.replace(/Loss: \d\.\d{6}$/, 'Loss: #'))).toEqual([
    'Train Epoch: 1 [0/60000 (0%)]\tLoss: #',
    'Train Epoch: 1 [640/60000 (1%)]\tLoss: #',
    'Train Epoch: 1 [1280/60000 (2%)]\tLoss: #',
  ]);
  const summary = JSON.parse(trained.lines.at(-1)!) as Record<string, unknown>;
  expect(summary).toMatchObject({
    run: 'mine',
    checkpoint: join(folder, 'mine', 'step-00000021'),
    step: 21,
    epoch: 1,
    examplesSeen: 21 * 64,
    total: 10_000,
  });
  expect(Object.keys(summary)).toEqual([
    'run',
    'checkpoint',
    'step',
    'epoch',
    'examplesSeen',
    'testLoss',
    'testAccuracy',
    'correct',
    'total',
    'secondsTraining',
    'device',
  ]);
  expect(summary.device).toMatch(/^(CPU|GPU) · TensorFlow 2/);
  expect(trained.errors).toBe('');

  // The summary's test was of the network before its first step.
  const evaluated = await run('evaluate', '--checkpoint', join(folder, 'mine', 'step-00000000'));
  expect(evaluated.status, evaluated.errors).toBe(0);
  expect(evaluated.errors).toBe('');
  const { testLoss, testAccuracy, correct, total } = summary;
  expect(JSON.parse(evaluated.lines[0]!)).toEqual({ testLoss, testAccuracy, correct, total });
});

test('--json prints one object per line, and --resume continues the run', async () => {
  const folder = await temporaryFolder();
  await run('train', '--checkpoints', folder, '--stop-after-steps', '5', '--seed', '7', '--augmentation');
  const { status, lines, errors } = await run(
    'train',
    '--checkpoints',
    folder,
    '--resume',
    '--stop-after-steps',
    '10',
    '--json',
  );
  expect(status, errors).toBe(0);
  const [report, summary] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(report).toMatchObject({ kind: 'train', epoch: 1, step: 11, examplesSeen: 640 });
  expect(summary).toMatchObject({ run: 'run-1', step: 15 });
  const { state } = await readCheckpoint(summary!.checkpoint as string);
  expect(state.config).toMatchObject({ seed: 7, augmentation: true });
});

test('--device chooses the device, and a run that changes it warns', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  await writeSmallDataset(data);
  const options = ['--checkpoints', join(folder, 'checkpoints'), '--data', data, '--images', 'as-they-are'];
  const first = await run('train', ...options, '--device', 'wasm', '--stop-after-steps', '3');
  expect(first.status, first.errors).toBe(0);
  expect(first.errors).toBe('');
  expect(JSON.parse(first.lines.at(-1)!)).toMatchObject({ device: expect.stringContaining('WebAssembly') as string });
  const second = await run('train', ...options, '--resume', '--device', 'cpu', '--stop-after-steps', '3');
  expect(second.status, second.errors).toBe(0);
  expect(second.errors).toMatch(
    /^run-1 was trained on CPU · WebAssembly .* continues on CPU · TensorFlow .* not bit for bit/,
  );
  const { state } = await readCheckpoint(join(folder, 'checkpoints/run-1/step-00000006'));
  expect(state.device).toMatch(/^CPU · WebAssembly \(.*\), then CPU · TensorFlow 2/);
  await run('train', ...options, '--resume', '--device', 'cpu');
  const finished = await run('train', ...options, '--resume', '--device', 'cpu');
  expect([finished.status, finished.lines.length, finished.errors]).toEqual([
    0,
    1,
    'run-1 is finished. To train it further, use --epochs with a number above 3.\n',
  ]);
  const unknown = await run('train', ...options, '--device', 'tpu');
  expect([unknown.status, unknown.errors.split('\n')[0]]).toEqual([
    2,
    'There is no device "tpu". The devices are auto, cpu, gpu, wasm, javascript.',
  ]);
});

test('an interrupt pauses, and says where', async () => {
  const folder = await temporaryFolder();
  const { child, result } = start('train', '--checkpoints', folder);
  await new Promise<void>((resolve) => {
    child.stdout!.on('data', (bytes: Buffer) => {
      if (bytes.toString().includes('[640/60000')) resolve();
    });
  });
  child.kill('SIGINT');
  const { status, lines } = await result;
  expect(status).toBe(0);
  const { step, checkpoint } = JSON.parse(lines.at(-1)!) as { step: number; checkpoint: string };
  expect(step).toBeGreaterThanOrEqual(10);
  expect(checkpoint).toBe(join(folder, 'run-1', `step-${step.toString().padStart(8, '0')}`));
});

test('a file that PyTorch saved is evaluated, trained further and exported', async () => {
  const details = join(await temporaryFolder(), 'details.json');
  const evaluated = await run('evaluate', '--checkpoint', ARTICLE, '--details', details);
  expect(evaluated.status, evaluated.errors).toBe(0);
  const result = JSON.parse(evaluated.lines[0]!) as { testLoss: number; correct: number };
  expect(Math.abs(result.correct - reference.article.correct)).toBeLessThanOrEqual(1);
  expect(Math.abs(result.testLoss - reference.article.loss)).toBeLessThan(1e-4);

  const { confusion, mistakes } = JSON.parse(await readFile(details, 'utf8')) as Results;
  expect(confusion.reduce((right, row, digit) => right + row[digit]!, 0)).toBe(result.correct);
  // PyTorch reads at most one image differently, which moves it from one cell to another.
  const moved = confusion.flat().reduce((sum, n, i) => sum + Math.abs(n - reference.article.confusion.flat()[i]!), 0);
  expect(moved).toBeLessThanOrEqual(2);
  expect(mistakes).toHaveLength(10_000 - result.correct);

  const folder = await temporaryFolder();
  const trained = await run('train', '--checkpoints', folder, '--weights', ARTICLE, '--stop-after-steps', '1');
  expect(trained.status, trained.errors).toBe(0);
  const summary = JSON.parse(trained.lines.at(-1)!) as { checkpoint: string; testLoss: number; correct: number };
  // The test before the first step is one of the file's own weights.
  expect(summary).toMatchObject({ step: 1, testLoss: result.testLoss, correct: result.correct });

  const file = join(folder, 'step-0.safetensors');
  const exported = await run('export', '--checkpoint', join(folder, 'run-1', 'step-00000000'), '--to', file);
  expect(exported.status, exported.errors).toBe(0);
  expect(exported.errors).toBe('');
  expect(JSON.parse(exported.lines[0]!)).toEqual({ files: [file] });
  expect((await readWeightsFile(file)).weights).toEqual((await readWeightsFile(ARTICLE)).weights);
  const web = await run('export', '--checkpoint', ARTICLE, '--to', join(folder, 'web'));
  expect([web.status, web.errors]).toEqual([0, '']);
  expect((await readdir(join(folder, 'web'))).sort()).toEqual(['model.json', 'model.weights.bin']);
});

test.skipIf(process.platform === 'win32')(
  'relative paths are the caller’s even with npm --prefix, and standard error in a pipe stays empty',
  async () => {
    const folder = await temporaryFolder();
    await writeSmallDataset(join(folder, 'digits'));
    await copyFile(ARTICLE, join(folder, 'mine.safetensors'));
    const command = `npm --prefix '${ROOT}' run -s evaluate -- --checkpoint mine.safetensors --data digits 2>&1 >result | cat`;
    const { status, stdout } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
    expect(JSON.parse(await readFile(join(folder, 'result'), 'utf8'))).toMatchObject({ total: 200 });
  },
);

test('errors and notices about the data go to standard error', async () => {
  const folder = await temporaryFolder();
  await writeSmallDataset(join(folder, 'digits'));
  const labels = join(folder, 'digits', 't10k-labels-idx1-ubyte');
  const bytes = await readFile(labels);
  await writeFile(labels, bytes.subarray(0, -1));
  const refused = await run('evaluate', '--checkpoint', ARTICLE, '--data', join(folder, 'digits'));
  expect([refused.status, refused.lines]).toEqual([1, ['']]);
  expect(refused.errors).toContain(`${labels} cannot be used: it is cut off`);
  await writeFile(labels, Buffer.concat([bytes.subarray(0, 8), bytes.subarray(8).map((label) => label || 10)]));
  const noticed = await run('evaluate', '--checkpoint', ARTICLE, '--data', join(folder, 'digits'));
  expect([noticed.status, noticed.errors]).toEqual([
    0,
    `${labels} has labels from 1 to 10; label 10 was read as the digit 0.\n`,
  ]);
});

test('dark-on-light images are noticed, inverted on request, and inverted again when the run is resumed', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'digits');
  await writeSmallDataset(data, (value) => 255 - value);
  const noticed = await run('evaluate', '--checkpoint', ARTICLE, '--data', data);
  expect(noticed.errors).toMatch(
    /^The images seem to be inverted\. Of 200 images, the built-in network reads \d+ correctly as they are, (19\d|200) inverted, and \d+ transposed\. Use --images inverted, or --images as-they-are to hide this warning\.\n$/,
  );

  const train = ['train', '--checkpoints', join(folder, 'runs'), '--data', data, '--stop-after-steps', '3'];
  const trained = await run(...train, '--images', 'inverted', '--weights', ARTICLE);
  expect(trained.status, trained.errors).toBe(0);
  const { checkpoint, correct, total } = JSON.parse(trained.lines.at(-1)!) as Record<string, string | number>;
  expect(Number(correct) / Number(total)).toBeGreaterThan(0.9);
  expect((await readCheckpoint(String(checkpoint))).state.dataset.remedy).toBe('inverted');
  const resumed = await run(...train, '--resume');
  expect([resumed.status, resumed.errors]).toEqual([0, '']);
  expect(JSON.parse(resumed.lines.at(-1)!)).toMatchObject({ step: 6 });
  const { status, errors } = await run('train', '--checkpoints', join(folder, 'runs'), '--resume');
  expect([status, errors]).toEqual([
    1,
    "run-1 was trained on digits, but MNIST is loaded. Name the run's data with --data and --images.\n",
  ]);
});
