import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QUEUE_FOLDER, QueueFolder } from '../../src-main/checkpoints/queue-folder';
import { BUNDLED_SHA256 } from '../../src-main/data/mnist';
import { defaultConfig } from '../../src-preload/schemas';
import { writeSmallDataset } from '../unit/src-main/small-dataset';
import { accessibilityFaultsIn } from './appearance';
import { makeRun } from './make-run';
import { type Studio, expect, shareStart, test } from './studio';

const ONE: [number, number][][] = [
  [
    [0.5, 0.2],
    [0.5, 0.8],
  ],
];

const runOf = ({ page }: Studio, name: string) => page.locator(`[data-testid=run][data-run="${name}"]`);
/** A checkpoint of the run that is shown. */
const checkpointOf = ({ page }: Studio, name: string) => page.locator(`[data-testid=checkpoint][data-name="${name}"]`);

async function pickFromMenu(studio: Studio, run: string, item: string): Promise<void> {
  await runOf(studio, run).getByTestId('run-menu').click();
  await studio.page.getByTestId(item).click();
}

interface Asked {
  message: string;
  detail: string;
  buttons: string[];
}

/** Answers the next questions with these buttons, and records the questions. */
async function answerQuestions({ app }: Studio, ...buttons: string[]): Promise<void> {
  await app.evaluate(({ dialog }, answers) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((_window: unknown, question: Asked) => {
      asked.push(question);
      return Promise.resolve({ response: question.buttons.indexOf(answers.shift()!), checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
  }, buttons);
}

const questions = ({ app }: Studio) => app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked);

test('a run on other data is opened with the data that it was trained on', async ({ open, folder }) => {
  const [fashion, checkpoints] = [join(folder, 'fashion-mnist'), join(folder, 'checkpoints')];
  await writeSmallDataset(fashion, (value) => 255 - value);
  await makeRun(checkpoints, 'run-2', '--data', fashion, '--stop-after-steps', '1');
  // Its number of steps is unique, so that it is not a copy of an older run: the newest run is shown.
  await makeRun(checkpoints, 'run-1', '--stop-after-steps', '2');
  await mkdir(join(checkpoints, QUEUE_FOLDER));
  const mnist = { name: 'MNIST', sha256: BUNDLED_SHA256 };
  const waiting = { data: mnist, name: '', trial: null, weights: null };
  new QueueFolder(checkpoints).write(
    [1, 2, 3, 4, 5].map((seed) => ({ ...waiting, id: randomUUID(), config: { ...defaultConfig, seed } })),
  );
  const studio = await open();
  const { page } = studio;
  const banner = page.getByTestId('error-banner');
  const show = (run: string) => runOf(studio, run).getByRole('button', { name: run }).first().click();
  const showsOpen = async (run: string, data: string) => {
    await expect(page.getByTestId('open-run')).toHaveText(run);
    await studio.openNewRun();
    await expect(page.getByTestId('dataset')).toContainText(data);
    await studio.closeNewRun();
  };
  await studio.chooseFolder(checkpoints);
  await showsOpen('run-1', 'MNIST');

  // Of many waiting runs, only the next ones are shown until the others are asked for.
  await expect(page.getByTestId('waiting-run')).toHaveCount(3);
  await expect(page.getByTestId('other-waiting-runs')).toHaveText('2 more');
  await page.getByTestId('other-waiting-runs').click();
  await expect(page.getByTestId('waiting-run')).toHaveCount(5);
  await page.getByTestId('other-waiting-runs').click();

  // The data's folder is unknown: the person is asked, and a wrong folder changes nothing.
  await show('run-2');
  await expect(banner).toContainText('run-2 was trained on fashion-mnist, but MNIST is loaded.');
  await expect(banner.getByRole('button')).toHaveText(['Choose the data folder…', 'Dismiss']);
  await studio.answerFolderDialog(checkpoints);
  await banner.getByRole('button', { name: 'Choose the data folder…' }).click();
  await expect(banner).toContainText(`${checkpoints} contains no dataset`);
  await showsOpen('run-1', 'MNIST');
  await studio.answerFolderDialog(fashion);
  await banner.getByRole('button', { name: 'Choose the data folder…' }).click();
  await showsOpen('run-2', 'fashion-mnist');
  await expect(banner).toHaveCount(0);

  // The classes of this data get names.
  await studio.openNewRun();
  await page.getByTestId('edit-class-names').click();
  const names = page.getByTestId('class-names-text');
  await names.fill('Coat\nBag');
  await expect(page.getByTestId('class-names-problem')).toHaveText('Ten names are needed, one per line; there are 2.');
  await expect(page.getByTestId('use-class-names')).toBeDisabled();
  await names.fill('T-shirt\nTrouser\nPullover\nDress\nCoat\nSandal\nShirt\nSneaker\nBag\nAnkle boot');
  await page.getByTestId('use-class-names').click();
  await expect(page.getByTestId('class-names')).toContainText('T-shirt, Trouser, Pullover');
  await studio.closeNewRun();
  await expect(page.getByTestId('sample-0')).toContainText(
    /T-shirt|Trouser|Pullover|Dress|Coat|Sandal|Sneaker|Bag|boot/,
  );

  // Both folders are known from now on, so no dialog is needed.
  await studio.answerFolderDialog(null);
  await show('run-1');
  await expect(banner).toContainText('run-1 was trained on MNIST, but fashion-mnist is loaded.');
  await banner.getByRole('button', { name: 'Load MNIST and open run-1' }).click();
  await showsOpen('run-1', 'MNIST');
  await show('run-2');
  await expect(page.getByTestId('sample-0')).toContainText(/\d/);
  await banner.getByRole('button', { name: 'Load fashion-mnist and open run-2' }).click();
  await showsOpen('run-2', 'fashion-mnist');
  await expect(page.getByTestId('sample-0')).toContainText(
    /T-shirt|Trouser|Pullover|Dress|Coat|Sandal|Sneaker|Bag|boot/,
  );

  // A waiting run has a button that loads its data.
  const load = page.getByTestId('waiting-run').getByRole('button', { name: 'Load MNIST' }).first();
  await load.click();
  await showsOpen('run-1', 'MNIST');
  await expect(load).toHaveCount(0);

  // If the data is gone, the window asks for its folder again.
  await rename(fashion, join(folder, 'elsewhere'));
  await show('run-2');
  await banner.getByRole('button', { name: 'Load fashion-mnist and open run-2' }).click();
  await expect(banner).toContainText(fashion);
  await expect(banner.getByRole('button')).toHaveText(['Choose the data folder…', 'Dismiss']);
  await showsOpen('run-1', 'MNIST');
});

test.describe('on MNIST,', () => {
  const shared = shareStart();

  test('an older checkpoint reads drawings, and is continued in a new run', async ({ folder }) => {
    await makeRun(folder, 'run-1');
    const older = join(folder, 'run-1', 'step-00000020');
    const before = await readFile(join(older, 'model.safetensors'));
    const { studio } = shared;
    const { page } = studio;
    await studio.chooseFolder(folder);
    const log = page.getByTestId('log');
    await expect(page.getByTestId('open-run')).toHaveText('run-1');
    await expect(log).toContainText('[1920/60000');
    await page.getByTestId('tab-checkpoints').click();
    const rows = page.getByTestId('checkpoint');
    await expect(rows).toHaveText([/epoch 1\s*step 40.*latest.*2 more/s, /epoch 0\s*step 0.*\d\.\d%.*best/s]);
    await page.getByTestId('show-checkpoints').click();
    await expect(rows).toHaveText([/step 40/, /step 30/, /step 20/, /step 0/]);

    const room = page.getByTestId('snapshot-room');
    await expect(room).toHaveValue('200');
    await room.selectOption('50');
    await expect(room).toHaveValue('50');
    await expect(page.getByTestId('snapshots')).toContainText(/: [1-9]\d*\skB/);
    await page.getByTestId('remove-snapshots').click();
    await expect(page.getByTestId('snapshots')).toContainText(/: 0\sB/);
    expect(await readdir(join(folder, 'run-1'))).not.toContain('snapshots.bin');

    await checkpointOf(studio, 'step-00000020').getByRole('button').first().click();
    await expect(page.getByTestId('open-run')).toHaveText('run-1 at step 20');
    await expect(page.getByTestId('run-note')).toHaveText('Older checkpoint: continuing starts a new run');
    await expect(studio.runState).toHaveText('paused');
    await expect(page.getByTestId('rate')).toHaveText('Step 20 of 2,814');
    await page.getByTestId('tab-training').click();
    await expect(log).toContainText('[640/60000');
    await expect(log).not.toContainText('[1280/60000');
    await studio.draw(ONE);
    await expect(page.getByTestId('model')).toContainText('Step 20');
    // Showing a checkpoint changes nothing, and the run can be shown again.
    await runOf(studio, 'run-1').getByRole('button', { name: 'run-1' }).first().click();
    await expect(page.getByTestId('open-run')).toHaveText('run-1');
    await expect(page.getByTestId('rate')).toHaveText('Step 40 of 2,814');

    // With the keyboard: the menu opens on its first item, Escape returns the focus, and the second item continues.
    await page.getByTestId('tab-checkpoints').click();
    await page.getByTestId('show-checkpoints').click();
    await checkpointOf(studio, 'step-00000020').getByRole('button').first().click();
    await expect(page.getByTestId('open-run')).toHaveText('run-1 at step 20');
    const menu = checkpointOf(studio, 'step-00000020').getByTestId('checkpoint-menu');
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('draw-with-checkpoint')).toBeFocused();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFaultsIn(page), colorScheme).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await expect(menu).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('draw-with-checkpoint')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByTestId('continue-from-checkpoint')).toHaveText('Continue in a new run');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('open-run')).toHaveText('run-2');
    await expect(page.getByTestId('run-note')).toHaveText('Continues run-1 from step 20; run-1 is unchanged');
    await expect(runOf(studio, 'run-2')).toContainText('from run-1, step 20');
    await page.getByTestId('tab-training').click();
    await expect(log).toContainText('[3200/60000');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
    await expect(page.getByTestId('error-banner')).toHaveCount(0);
    const saved = [0, 20, 30, 40].map((step) => `step-${String(step).padStart(8, '0')}`);
    expect((await readdir(join(folder, 'run-1'))).sort()).toEqual(['history.bin', 'run.json', ...saved]);
    expect((await readFile(join(older, 'model.safetensors'))).equals(before)).toBe(true);
    // The log continues the checkpoint's log, exactly as the old run's did.
    const lines = async () => (await log.innerText()).split('\n').slice(0, 5);
    const mine = await lines();
    await runOf(studio, 'run-1').getByRole('button', { name: 'run-1' }).first().click();
    await expect(page.getByTestId('open-run')).toHaveText('run-1');
    expect(await lines()).toEqual(mine);

    await test.step('any step is looked at, played, and continued', async () => {
      /** What the network that reads drawings is like, as text. */
      const kernels = () =>
        page.evaluate(() => window.studio.request('lookInside', JSON.stringify(btoa('\0'.repeat(784)))));
      const model = page.getByTestId('model');
      await page.getByTestId('active-model').selectOption('step-00000020');
      await expect(model).toHaveText('A checkpoint of this run');
      const ofCheckpoint = await kernels();
      await page.getByTestId('active-model').selectOption('opened');
      await expect(model).toContainText('Step 40');
      expect(await kernels()).not.toBe(ofCheckpoint);

      const slider = page.getByTestId('step-slider');
      await slider.focus();
      await page.keyboard.press('Home');
      await expect(model).toContainText('Step 0');
      await expect(page.getByTestId('active-model')).toHaveValue('past');
      await expect(slider).toHaveAttribute('aria-valuetext', /^Step 0, before training/);
      for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowRight');
      await expect(model).toContainText('Step 20');
      // Computed from the start, it is the checkpoint's network.
      expect(await kernels()).toBe(ofCheckpoint);
      await slider.fill('2000');
      await expect(model).toContainText('Step 40');
      await expect(page.getByTestId('time-now')).toHaveAttribute('aria-disabled', 'true');

      await slider.focus();
      await page.keyboard.press('-');
      await page.keyboard.press('Space');
      await expect(model).toHaveText(/^Step [12]?\d$/);
      await page.keyboard.press('+');
      await expect(model).toContainText('Step 40');
      await expect(page.getByTestId('play')).toHaveAccessibleName('Play how it learned');

      // A step in slow motion. The loss of the eleventh is logged.
      await slider.fill('11');
      await slider.press('Enter');
      const dialog = page.getByTestId('slow-motion-dialog');
      const box = await dialog.boundingBox();
      await expect(page.getByTestId('slow-motion-step')).toHaveText('Step 11 of run-1: epoch 1, batch 11 of 938');
      await expect(page.getByTestId('logged-loss')).toHaveText('This is exactly the number that the run logged.');
      const loss = await page.getByTestId('step-loss').innerText();
      expect(await log.innerText()).toMatch(new RegExp(`Train Epoch: 1 \\[640/60000 \\(1%\\)\\]\\s+Loss: ${loss}`));
      await expect(page.getByTestId('batch-images').getByRole('button')).toHaveCount(64);
      // It had its size before the step was computed.
      expect(await dialog.boundingBox()).toEqual(box);
      await page.getByTestId('second-layer-moves').getByRole('button').nth(21).click();
      await expect(page.getByTestId('chosen-kernel')).toContainText('Kernel of map 2 for map 2, in conv2');
      for (let i = 0; i < 2; i++) await page.getByTestId('next-training-step').click();
      await expect(page.getByTestId('slow-motion-step')).toContainText('Step 13 of run-1');
      await page.keyboard.press('Escape');

      // The handle went along.
      await expect(model).toContainText('Step 13');
      await page.getByTestId('continue-from-step').click();
      await expect(page.getByTestId('open-run')).toHaveText('run-3');
      await expect(page.getByTestId('run-note')).toHaveText('Continues run-1 from step 13; run-1 is unchanged');
      await expect(log).toContainText('[3200/60000');
      await page.getByTestId('pause').click();
      await expect(studio.runState).toHaveText('paused');
      expect(await lines()).toEqual(mine);
    });
  });

  test('runs have their own history, settings and network, and are removed after a question', async ({ folder }) => {
    await makeRun(folder, 'run-1', '--learning-rate', '0.05', '--log-interval', '20');
    await makeRun(folder, 'other');
    await writeFile(join(folder, 'run-1', 'notes.txt'), 'mine');
    const { studio } = shared;
    const { app, page } = studio;
    await page.clock.install();
    await studio.chooseFolder(folder);
    const show = async (run: string) => {
      const button = runOf(studio, run).getByRole('button', { name: run }).first();
      if ((await button.getAttribute('aria-current')) !== 'true') await button.click();
      await expect(page.getByTestId('open-run')).toHaveText(run);
    };
    const learningRateOf = async (run: string) => {
      await pickFromMenu(studio, run, 'copy-settings');
      const learningRate = await page.getByTestId('setting-learningRate').inputValue();
      await studio.closeNewRun();
      return learningRate;
    };

    await test.step('another run brings its own history, settings and network', async () => {
      await show('run-1');
      await expect(runOf(studio, 'run-1')).toContainText('learning rate 0.05 · 2 more');
      await expect(runOf(studio, 'run-1').getByTitle('learning rate 0.05 · log every 20\u00a0steps')).toBeVisible();
      expect(await learningRateOf('run-1')).toBe('0.05');
      await expect(page.getByTestId('log')).toContainText('[1280/60000');
      await expect(page.getByTestId('log')).not.toContainText('[640/60000');
      await studio.draw(ONE);
      await expect(page.getByTestId('active-model').locator('option:checked')).toHaveText('run-1, newest');

      await show('other');
      expect(await learningRateOf('other')).toBe('0.01');
      await expect(page.getByTestId('log')).toContainText('[640/60000');
      await expect(page.getByTestId('active-model').locator('option:checked')).toHaveText('other, newest');
      // The built-in network reads drawings instead, then the run again.
      await page.getByTestId('active-model').selectOption('Built-in network');
      await expect(page.getByTestId('model')).toContainText('on MNIST');
      await page.getByTestId('active-model').selectOption('other, newest');
      await expect(page.getByTestId('active-model').locator('option:checked')).toHaveText('other, newest');

      await studio.set('learningRate', '0,2');
      expect(await learningRateOf('run-1')).toBe('0.05');
    });

    await test.step('a run’s folder is shown in the file manager', async () => {
      await app.evaluate(({ shell }) => {
        shell.openPath = (path) => {
          Object.assign(globalThis, { shown: path });
          return Promise.resolve('');
        };
      });
      await pickFromMenu(studio, 'run-1', 'open-run-folder');
      await expect
        .poll(() => app.evaluate(() => (globalThis as unknown as { shown?: string }).shown))
        .toBe(join(folder, 'run-1'));
    });

    await test.step('its menu names a run, adds a note, copies its path and saves its losses; name and note are kept', async () => {
      const describe = async (name: string, note: string) => {
        await pickFromMenu(studio, 'other', 'describe-run');
        await page.getByTestId('run-name').fill(name);
        await page.getByTestId('run-note-text').fill(note);
        await page.getByTestId('save-run-details').click();
        await expect(page.getByTestId('run-details')).toHaveCount(0);
      };
      const kept = async () => JSON.parse(await readFile(join(folder, 'other', 'run.json'), 'utf8')) as object;
      await describe('Small steps', 'For the lesson on Friday.');
      await expect(runOf(studio, 'other')).toContainText('Small steps');
      await expect(runOf(studio, 'other')).toContainText('For the lesson on Friday.');
      expect(await kept()).toMatchObject({ name: 'Small steps', note: 'For the lesson on Friday.' });

      await pickFromMenu(studio, 'other', 'copy-run-path');
      await expect(page.getByTestId('saved-notice')).toContainText('Path copied');
      expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe(join(folder, 'other'));

      // Its losses, although another run is shown.
      await show('run-1');
      const losses = join(folder, 'losses.csv');
      await studio.answerSaveDialog(losses);
      await pickFromMenu(studio, 'other', 'save-run-history');
      await expect(page.getByTestId('saved-notice')).toContainText('losses.csv');
      // A dialog is not covered by what was done before.
      await studio.chooseInMenu('help');
      await expect(page.getByTestId('saved-notice')).toHaveCount(0);
      await page.keyboard.press('Escape');
      expect(await readFile(losses, 'utf8')).toContain(',other,MNIST,');
      await rm(losses);

      await describe('', '');
      await expect(runOf(studio, 'other')).not.toContainText('Small steps');
      expect(await kept()).not.toMatchObject({ name: 'Small steps' });
    });

    await test.step('ages are updated as time passes', async () => {
      const run = runOf(studio, 'run-1');
      await expect(run).toContainText(/just now|min\sago/);
      await page.clock.fastForward('03:00:00');
      await expect(run).toContainText(/3\sh\sago/);
    });

    await test.step('a run stays if its removal is cancelled, and is otherwise moved to the trash', async () => {
      await show('run-1');
      await app.evaluate(({ shell }) => {
        const trashed: string[] = [];
        Object.assign(globalThis, { trashed });
        shell.trashItem = async (path) => {
          trashed.push(path);
          const { rm } = process.getBuiltinModule('node:fs/promises');
          await rm(path, { recursive: true });
        };
      });
      const trashed = () => app.evaluate(() => (globalThis as unknown as { trashed: string[] }).trashed);

      await answerQuestions(studio, 'Cancel');
      await pickFromMenu(studio, 'run-1', 'remove-run');
      await expect.poll(() => questions(studio)).toHaveLength(1);
      const [question] = await questions(studio);
      expect(question).toMatchObject({ message: 'Move run-1 to the trash?', defaultId: 0, cancelId: 0 });
      expect(question!.buttons).toEqual(['Cancel', 'Move to trash']);
      expect(question!.detail).toMatch(
        /^It is moved with its checkpoints and snapshots \(0\.\d MB, \d+\.\d% in its last test\)\..*did not create.*: notes\.txt\.$/s,
      );
      // After the answer the next action is possible.
      await expect(page.getByTestId('resume')).toBeEnabled();
      await expect(page.getByTestId('open-run')).toHaveText('run-1');
      expect(await trashed()).toEqual([]);
      expect(existsSync(join(folder, 'run-1', 'notes.txt'))).toBe(true);

      await answerQuestions(studio, 'Move to trash');
      await pickFromMenu(studio, 'run-1', 'remove-run');
      await expect(runOf(studio, 'run-1')).toHaveCount(0);
      expect(await trashed()).toEqual([join(folder, 'run-1')]);
      await expect(runOf(studio, 'other')).toBeVisible();
      await expect(page.getByTestId('open-run')).toHaveCount(0);
      await expect(studio.runState).toHaveText('idle');
      await expect(page.getByTestId('model')).toContainText('on MNIST');
    });

    await test.step('without a trash, a run is permanently deleted only after a second question', async () => {
      await show('other');
      await app.evaluate(({ shell }) => {
        shell.trashItem = () => Promise.reject(new Error('there is no trash here'));
      });
      await answerQuestions(studio, 'Move to trash', 'Cancel');
      await pickFromMenu(studio, 'other', 'remove-run');
      await expect.poll(() => questions(studio)).toHaveLength(2);
      const [, second] = await questions(studio);
      expect(second).toMatchObject({ message: 'other cannot be moved to the trash', defaultId: 0, cancelId: 0 });
      expect(second!.detail).toContain('there is no trash here');
      expect(second!.buttons).toEqual(['Cancel', 'Delete permanently']);
      await expect(page.getByTestId('resume')).toBeEnabled();
      await expect(page.getByTestId('open-run')).toHaveText('other');
      expect((await readdir(join(folder, 'other'))).filter((name) => name.startsWith('step-'))).toHaveLength(4);

      await answerQuestions(studio, 'Move to trash', 'Delete permanently');
      await pickFromMenu(studio, 'other', 'remove-run');
      await expect(page.getByTestId('runs')).toHaveCount(0);
      expect(await readdir(folder)).toEqual(['.digit-studio.json']);
      await expect(page.getByTestId('error-banner')).toHaveCount(0);
    });

    await test.step('a run that is being trained cannot be removed, and never reuses the number of a removed one', async () => {
      await studio.start();
      await expect(page.getByTestId('log')).toContainText('[1280/60000');
      await runOf(studio, 'run-2').getByTestId('run-menu').click();
      await expect(page.getByTestId('remove-run')).toBeDisabled();
      await expect(page.getByTestId('remove-run')).toHaveAttribute(
        'title',
        'run-2 is being trained. Pause it to remove it.',
      );
    });
  });
});
