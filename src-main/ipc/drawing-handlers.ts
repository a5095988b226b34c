/** The requests about the drawings with their digits, which the main process keeps in the profile. */
import { app } from 'electron';
import { join } from 'node:path';
import { ok } from '../base/reply';
import { DrawingsFolder } from '../drawings/drawings-folder';
import type { EngineLink, Handlers } from './dispatcher';
import { showFolder } from './files';

type DrawingRequest = 'getKeptDrawings' | 'keepDrawing' | 'forgetDrawing' | 'testKeptDrawings' | 'openDrawingsFolder';

export function drawingHandlers(engine: EngineLink): Pick<Handlers, DrawingRequest> {
  const folder = new DrawingsFolder(join(app.getPath('userData'), 'drawings'));
  return {
    getKeptDrawings: async () => {
      const { drawings, damaged } = await folder.read();
      return ok({ count: drawings.length, damaged });
    },
    keepDrawing: async (drawing) => {
      await folder.keep(drawing);
      return ok(undefined);
    },
    forgetDrawing: async (id) => {
      await folder.forget(id);
      return ok(undefined);
    },
    testKeptDrawings: async () => {
      const { drawings, damaged } = await folder.read();
      const images = drawings.map(({ id, label, pixels }) => ({ id, label, pixels }));
      const tested = await engine.request('testDrawings', images);
      return tested.ok ? ok({ ...tested.value, count: images.length, damaged }) : tested;
    },
    openDrawingsFolder: async () => {
      await folder.make();
      return showFolder(folder.place);
    },
  };
}
