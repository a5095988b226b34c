import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from 'vitest';
import type { LessonResult } from '../../../../src-preload/lessons';
import type { LabelledDrawing } from '../../../../src-preload/recognition';
import { openStore } from '../../../../src-main/checkpoints/store';
import { loadDataset } from '../../../../src-main/data/load';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { Session } from '../../../../src-main/session/session';
import { temporaryFolder } from '../../temporary-folder';
import { type Result, start } from '../cli/command-line';
import { smallDataset, writeSmallDataset } from '../small-dataset';
import { drawingsOf, writers } from '../synthetic-writers';
import { contentOf, untilStep } from './session-in-folder';

let data: MnistDataset;
let bundled: BundledModel;

beforeAll(async () => {
  await loadTensorFlow();
  data = await smallDataset(20_000, 3000);
  bundled = await loadBundledModel();
});

async function sessionIn(folder: string, loaded = data): Promise<Session> {
  const session = new Session(await loadTensorFlow(), loaded, bundled, () => undefined);
  await session.useFolder(await openStore(folder));
  return session;
}

/** Teaches the built-in network. */
async function teach(session: Session, drawings: LabelledDrawing[]): Promise<LessonResult> {
  await session.readWith('bundled');
  await session.lessons.teach(drawings);
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
  return (await session.lessons.result())!;
}

test('lessons teach three hands with forms that the network did not know, and hardly any digit is forgotten', async () => {
  const session = await sessionIn(await temporaryFolder());
  let [before, after] = [0, 0];
  let forgotten = 0;
  for (const writer of Object.values(writers)) {
    const { own, dataset, otherHands, drawings } = await teach(session, drawingsOf(writer, 15));
    expect([own.total, drawings]).toEqual([50, 100]);
    before += own.total - own.before.correct;
    after += own.total - own.after.correct;
    expect(own.after.correct - own.before.correct).toBe(own.gained - own.lost);
    for (const { label, before: was, after: is } of own.gainedImages)
      expect([is, was === label]).toEqual([label, false]);
    expect(dataset.total).toBe(data.test.count);
    expect(dataset.lost - dataset.gained).toBeLessThanOrEqual(0.003 * dataset.total);
    forgotten += (otherHands.lost - otherHands.gained) / otherHands.total / 3;
  }
  expect(forgotten).toBeLessThanOrEqual(0.01);
  expect(before).toBeGreaterThanOrEqual(12);
  expect(after).toBeLessThanOrEqual((1 / 3) * before);

  // Undo, which lasts, and back again.
  expect(session.activeModel.view).toMatchObject({ source: 'run', name: 'run-3' });
  await session.lessons.choose({ run: 'run-3', network: 'before' });
  expect(session.activeModel.view).toMatchObject({ source: 'bundled', alternative: 'run-3' });
  const again = await sessionIn(session.store!.folder);
  expect(again.activeModel.view).toMatchObject({ source: 'bundled', alternative: 'run-3' });
  await again.lessons.choose({ run: 'run-3', network: 'after' });
  expect(again.activeModel.view).toMatchObject({ source: 'run', name: 'run-3' });
  again.dispose();

  const [newest] = await session.events.runs();
  const name = `${data.name} and 100 of your drawings`;
  expect(newest).toMatchObject({ origin: { builtIn: true }, dataset: name });
  // Its chart and pictures tell of these data, not of the loaded ones.
  expect(session.events.view.data).toEqual({ name, trainCount: 38_400 });
  session.dispose();
});

test('drawings that are held out are kept with the lesson, and never trained on', async () => {
  const folder = await temporaryFolder();
  const session = await sessionIn(folder);
  const drawings = drawingsOf(writers.bars!, 4);
  await session.lessons.teach(drawings);
  await session.pause();
  const lesson = await (await openStore(folder)).readLesson('run-1');
  const bytesOf = (heldOut: boolean) =>
    Buffer.concat(
      drawings.filter((each) => each.heldOut === heldOut).map(({ pixels }) => Buffer.from(pixels, 'base64')),
    );
  expect(Buffer.from(lesson.drawings.images).equals(bytesOf(false))).toBe(true);
  expect(Buffer.from(lesson.heldOut.images).equals(bytesOf(true))).toBe(true);
  expect(await session.lessons.result()).toBeNull();
  session.dispose();
  // The run cannot be continued with other drawings.
  const { drawings: learned, heldOut, otherHands } = lesson;
  (await openStore(folder)).writeLesson('run-1', { drawings: heldOut, heldOut: learned, otherHands });
  const again = await sessionIn(folder);
  expect(again.events.view.problem).toMatchObject({ code: 'lesson-unreadable' });
  await expect(again.lessons.teach(drawings.filter(({ heldOut: isHeldOut }) => isHeldOut))).rejects.toMatchObject({
    code: 'too-few-drawings',
  });
  again.dispose();
});

test('a lesson that gains nothing is not used, and the network before it reads on', async () => {
  const session = await sessionIn(await temporaryFolder());
  const usual = drawingsOf({}, 3);
  const result = await teach(session, usual);
  expect(result).toMatchObject({ verdict: 'nothing-gained', network: 'before', own: { gained: 0, total: 10 } });
  expect(session.activeModel.view).toMatchObject({ source: 'bundled', alternative: 'run-1' });

  // A run that began from another run is read as it was before.
  await session.readWith('opened');
  await session.lessons.teach(usual);
  await session.settled();
  expect(await session.lessons.result()).toMatchObject({ run: 'run-2', network: 'before' });
  expect(session.activeModel.view).toMatchObject({ source: 'run', step: 0, past: { step: 0 } });
  expect((await session.events.runs())[0]).toMatchObject({ origin: { run: 'run-1', step: 600 } });
  session.dispose();
});

test('a lesson that was paused, and whose process was then killed twice, equals one that never stopped', async () => {
  const folder = await temporaryFolder();
  const [images, whole, stopped] = ['data', 'whole', 'stopped'].map((name) => join(folder, name));
  await writeSmallDataset(images!);
  const small = await loadDataset(images!);
  const drawings = drawingsOf(writers.feet!, 3);
  await Promise.all([whole!, stopped!].map((at) => mkdir(at)));
  const first = await sessionIn(whole!, small);
  await teach(first, drawings);
  first.dispose();

  const second = await sessionIn(stopped!, small);
  await second.lessons.teach(drawings);
  await untilStep(second, 100);
  await second.pause();
  second.dispose();

  const resume = () => start('train', '--resume', '--checkpoints', stopped!, '--data', images!, '--json');
  for (const step of [250, 400]) expect(await killedAfter(step, resume())).toMatchObject({ status: null });
  expect(await resume().result).toMatchObject({ status: 0 });
  expect(await contentOf(stopped!, 'run-1', 600)).toEqual(await contentOf(whole!, 'run-1', 600));
});

/** Kills a training process that has reported this step, while it trains on. */
function killedAfter(step: number, { child, result }: ReturnType<typeof start>): Promise<Result> {
  createInterface(child.stdout!).on('line', (line) => {
    if (Number(/^{"kind":"train".*"step":(\d+)/.exec(line)?.[1]) >= step) child.kill('SIGKILL');
  });
  return result;
}
