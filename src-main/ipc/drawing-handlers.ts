/** Handles requests about labelled drawings, which the main process stores in the profile. */
import type { LabelledDrawing } from '@contract/recognition';
import { ok } from '../base/reply';
import type { DrawingsFolder, StoredDrawing } from '../drawings/drawings-folder';
import type { EngineLink, Handlers } from './dispatcher';
import { showFolder } from './files';

type DrawingRequest =
  | 'getKeptDrawings'
  | 'keepDrawing'
  | 'relabelDrawing'
  | 'forgetDrawing'
  | 'testKeptDrawings'
  | 'getDrawingResults'
  | 'openDrawingsFolder'
  | 'teach';

export function drawingHandlers(engine: EngineLink, folder: DrawingsFolder): Pick<Handlers, DrawingRequest> {
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
    openDrawingsFolder: async () => {
      await folder.make();
      return showFolder(folder.path);
    },
  };
}

const withoutStrokes = ({ id, label, pixels, heldOut }: StoredDrawing): LabelledDrawing => ({
  ...{ id, label, pixels, heldOut },
});
