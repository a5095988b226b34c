/** Messages about weights files, pictures and saved files, and those at the pad. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { parameterNames, parameterShapes } from '../../../src-main/network/parameters';
import { olderTorchFile, pickleOf, zipOf } from '../../unit/src-main/exchange/hostile-files';
import { type TensorOfZeros, safetensorsFile } from '../../unit/src-main/exchange/safetensors-file';
import { SEVEN } from '../pad';
import { ROOT, type Studio } from '../studio';
import { LONG_NAME, type Message, banner } from './message';

const FIXTURES = join(ROOT, 'test/fixtures');

const zeros = (): TensorOfZeros[] =>
  parameterNames.map((name) => ({ name, shape: parameterShapes[name], type: 'F32' as const }));

/** Files that do not have the network's weights, by name. */
async function wrongWeights(): Promise<Record<string, Buffer>> {
  const trained = await readFile(join(FIXTURES, 'pytorch/trained.safetensors'));
  const torch = await readFile(join(FIXTURES, 'pytorch/continued/model.pth'));
  const tensors = zeros();
  const [first, ...others] = tensors;
  const notNumbers = safetensorsFile(tensors);
  notNumbers.fill(0xff, notNumbers.length - 40);
  const call = pickleOf({ global: 'posix.system', call: 'touch executed' });
  return {
    'model.onnx': Buffer.from('\x08\x07\x12\x07pytorch\x1a\x052.4.0', 'latin1'),
    'index.html.pth': Buffer.from('<!DOCTYPE html><html><title>404</title></html>'),
    'cut-off.safetensors': trained.subarray(0, 40_000),
    'header.safetensors': Buffer.concat([trained.subarray(0, 8), Buffer.alloc(1000, 'x')]),
    'one missing.safetensors': safetensorsFile(others),
    'other shape.safetensors': safetensorsFile([{ ...first!, shape: [32, 1, 3, 3] }, ...others]),
    'other network.safetensors': safetensorsFile([
      ...tensors,
      { name: 'transformer.encoder.layers.11.self_attention.output.dense.weight', shape: [2, 2], type: 'F32' },
    ]),
    'not numbers.safetensors': notNumbers,
    'cut-off.pth': torch.subarray(0, 5000),
    'whole network.pth': await readFile(join(FIXTURES, 'pytorch/whole-network.pth')),
    'optimizer.pth': await readFile(join(FIXTURES, 'pytorch/continued/optimizer.pth')),
    'executes.pth': olderTorchFile(call),
    'script.pth': zipOf([
      { path: 'model/data.pkl', content: call },
      { path: 'model/constants.pkl', content: call },
    ]),
    'holiday.zip': zipOf([{ path: `${LONG_NAME}.jpg`, content: Buffer.from('photo') }]),
  };
}

const WRONG_WEIGHTS = [
  ...['model.onnx', 'index.html.pth', 'cut-off.safetensors', 'header.safetensors', 'one missing.safetensors'],
  ...['other shape.safetensors', 'other network.safetensors', 'not numbers.safetensors', 'cut-off.pth'],
  ...['whole network.pth', 'optimizer.pth', 'executes.pth', 'script.pth', 'holiday.zip'],
];

export function fileMessages(folder: string): Message[] {
  const weights = (name: string): Message => ({
    name: `weights-${name.replaceAll(/[ .]+/g, '-')}`,
    reach: async (studio) => {
      const path = join(folder, 'weights', LONG_NAME);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, name), (await wrongWeights())[name]!);
      await openWeights(studio, join(path, name));
      await banner(studio);
    },
  });
  const picture = (name: string, content: () => Promise<Buffer | string>): Message => ({
    name: `picture-${name}`,
    reach: async ({ page }) => {
      const file = join(folder, `${LONG_NAME} ${name}.png`);
      await writeFile(file, await content());
      await page.getByTestId('picture-file').setInputFiles(file);
      await page.getByTestId('pad-problem').waitFor();
    },
  });
  /** Saves the drawing. @param path where the person chose to save it */
  const save = async (studio: Studio, path: string) => {
    await clear(studio);
    await studio.draw([SEVEN]);
    await studio.answerSaveDialog(path);
    await studio.page.getByTestId('save-drawing').click();
  };
  return [
    ...WRONG_WEIGHTS.map(weights),
    {
      name: 'weights-gone',
      reach: async (studio) => {
        await openWeights(studio, join(folder, LONG_NAME, 'model.safetensors'));
        await banner(studio);
      },
    },
    {
      name: 'weights-opened',
      reach: async (studio) => {
        const path = join(folder, `${LONG_NAME}.safetensors`);
        await copyFile(join(FIXTURES, 'pytorch/trained.safetensors'), path);
        await openWeights(studio, path);
        await studio.page.getByTestId('active-model').filter({ hasText: LONG_NAME }).waitFor();
      },
    },
    picture('of-another-kind', () => Promise.resolve('%PDF-1.7')),
    picture('cut-off', async () => (await readFile(join(FIXTURES, 'pictures/large.png'))).subarray(0, 200)),
    {
      name: 'picture-gone',
      reach: async (studio) => {
        await studio.answerFileDialog(join(folder, LONG_NAME, 'seven.png'));
        await studio.chooseInMenu('openPicture');
        await studio.page.getByTestId('pad-problem').waitFor();
      },
    },
    {
      name: 'picture-dropped-as-text',
      reach: async ({ page }) => {
        await page.getByTestId('drawing-pad').evaluate((pad) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.setData('text/uri-list', 'https://example.com/seven.png');
          pad.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        });
        await page.getByTestId('pad-problem').waitFor();
      },
    },
    answer('nothing', async (studio) => {
      const blank = new PNG({ width: 60, height: 60 });
      const file = join(folder, 'blank.png');
      await writeFile(file, PNG.sync.write(blank));
      await studio.page.getByTestId('picture-file').setInputFiles(file);
    }),
    answer('too-small', (studio) =>
      studio.draw([
        [
          [0.5, 0.5],
          [0.501, 0.501],
        ],
      ]),
    ),
    answer('several', async (studio) => {
      await studio.page.getByTestId('active-model').selectOption('bundled');
      await studio.draw([half(SEVEN, 0), half(SEVEN, 0.5)]);
    }),
    answer('not-a-digit', (studio) =>
      studio.draw([
        [
          [0.2, 0.2],
          [0.8, 0.8],
        ],
        [
          [0.8, 0.2],
          [0.2, 0.8],
        ],
        [
          [0.2, 0.5],
          [0.8, 0.5],
        ],
      ]),
    ),
    {
      name: 'saved-with-a-long-name',
      reach: async (studio) => {
        await save(studio, join(folder, `${LONG_NAME}, seven.png`));
        await studio.page.getByTestId('saved-notice').waitFor();
      },
    },
    {
      name: 'not-saved',
      reach: async (studio) => {
        await save(studio, join(folder, 'no such folder', LONG_NAME, 'seven.png'));
        await banner(studio);
      },
    },
    {
      name: 'not-exported',
      reach: async (studio) => {
        const file = join(folder, `${LONG_NAME}, a file`);
        await writeFile(file, '');
        await studio.answerSaveDialog(join(file, 'network.onnx'));
        await studio.chooseInMenu('exportModel');
        await studio.page.getByTestId('export-onnx').click();
        await banner(studio);
      },
    },
  ];
}

/** A state with a drawing that is not read as a digit. */
function answer(reason: string, draw: (studio: Studio) => Promise<void>): Message {
  return {
    name: `answer-${reason}`,
    reach: async (studio) => {
      await clear(studio);
      await draw(studio);
      await studio.page.getByTestId('prediction-reason').waitFor();
    },
  };
}

const half = (stroke: typeof SEVEN, left: number) =>
  stroke.map(([x, y]): [number, number] => [left + x / 2, y / 2 + 0.25]);

/** Forced, since the button is disabled while the pad is empty. */
const clear = ({ page }: Studio) => page.getByTestId('clear-drawing').click({ force: true });

async function openWeights(studio: Studio, file: string): Promise<void> {
  await studio.answerFileDialog(file);
  await studio.chooseInMenu('openWeights');
}
