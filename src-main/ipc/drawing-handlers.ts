/** Handles requests about labelled drawings, which the main process stores in the profile. */
import type { Reply } from '@contract/contract';
import type { LabelledDrawing } from '@contract/recognition';
import { ok, refusal } from '../base/reply';
import type { DrawingsFolder, StoredDrawing } from '../drawings/drawings-folder';
import { encodeDrawings, readDrawings } from '../drawings/exchange-file';
import type { EngineLink, Handlers } from './dispatcher';
import type { FileSaver } from './file-saver';
import { type agrees, type pick, showFolder } from './files';

type DrawingRequest =
  | 'getKeptDrawings'
  | 'keepDrawing'
  | 'relabelDrawing'
  | 'forgetDrawing'
  | 'testKeptDrawings'
  | 'getDrawingResults'
  | 'openDrawingsFolder'
  | 'exportDrawings'
  | 'importDrawings'
  | 'deleteDrawings'
  | 'teach';

/** The system functions that they need, see `files.ts`. */
export interface DrawingSystem {
  saver: FileSaver;
  pick: typeof pick;
  agrees: typeof agrees;
  write: (path: string, content: string) => Promise<Reply<undefined>>;
}

export function drawingHandlers(
  engine: EngineLink,
  folder: DrawingsFolder,
  { saver, pick: pickFile, agrees: ask, write }: DrawingSystem,
): Pick<Handlers, DrawingRequest> {
  return {
    getKeptDrawings: async () => {
      const { drawings, damaged } = await folder.read();
      return ok({ drawings: drawings.map(withoutStrokes), damaged });
    },
    keepDrawing: async (drawing) => ok(withoutStrokes(await folder.keep(drawing))),
    relabelDrawing: async ({ id, label }) => {
      await folder.relabel(id, label);
      return ok(undefined);
    },
    forgetDrawing: async (id) => {
      await folder.forget(id);
      return ok(undefined);
    },
    testKeptDrawings: async () => {
      const { drawings } = await folder.read();
      const images = drawings.map(withoutStrokes);
      const tested = await engine.request('testDrawings', images);
      return tested.ok ? ok({ ...tested.value, count: images.length }) : tested;
    },
    getDrawingResults: async () => {
      const drawings = (await folder.read()).drawings.map(withoutStrokes);
      const results = await engine.request('resultsOfDrawings', drawings);
      return results.ok ? ok(results.value && { results: results.value, drawings }) : results;
    },
    teach: async () => engine.request('teachDrawings', (await folder.read()).drawings.map(withoutStrokes)),
    exportDrawings: async () => {
      const { drawings } = await folder.read();
      if (drawings.length === 0) return refusal('not-now', 'There are no drawings to export.');
      return saver.save('my-handwriting', exchangeFile, (path) => write(path, encodeDrawings(drawings)));
    },
    importDrawings: async () => {
      const file = await pickFile({ title: 'Import drawings', properties: ['openFile'], filters: importFilters });
      if (!file.ok || file.value === null) return file as Reply<null>;
      const drawings = await readDrawings(file.value);
      return ok({ added: await folder.add(drawings), total: drawings.length });
    },
    deleteDrawings: async () => {
      const { drawings } = await folder.read();
      const reply = await ask({
        type: 'warning',
        message:
          drawings.length === 1
            ? 'Delete the drawing?'
            : `Delete all ${drawings.length.toLocaleString('en')} drawings?`,
        detail: 'This cannot be undone. A run that learned from your drawings keeps copies of them in its folder.',
        buttons: ['Cancel', 'Delete'],
      });
      if (reply.ok && reply.value) await folder.forgetAll();
      return reply;
    },
    openDrawingsFolder: async () => {
      await folder.make();
      return showFolder(folder.path);
    },
  };
}

const exchangeFile = { name: 'Drawings', extension: 'json' };
const importFilters = [
  { name: 'Drawings', extensions: ['json'] },
  { name: 'All files', extensions: ['*'] },
];

const withoutStrokes = ({ id, label, pixels, heldOut }: StoredDrawing): LabelledDrawing => ({
  ...{ id, label, pixels, heldOut },
});
