/** What the requests that have to do with drawings do. */
import { app } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import { Drawing, DrawingId, GreyImage, GreyPicture, KeptDrawing, longestText } from '@contract/schemas';
import { DrawingsFolder } from '../drawings/drawings-folder';
import { showFolder } from './files';
import type { Ask } from './ask';
import type { Handlers } from './serve';

type DrawingRequest =
  | 'recognize'
  | 'recognizeImage'
  | 'lookInside'
  | 'pinDrawing'
  | 'getKeptDrawings'
  | 'keepDrawing'
  | 'forgetDrawing'
  | 'testKeptDrawings'
  | 'openDrawingsFolder';

export function drawingHandlers(ask: Ask): Pick<Handlers, DrawingRequest> {
  const nothing = z.undefined();
  const folder = new DrawingsFolder(join(app.getPath('userData'), 'drawings'));
  return {
    recognize: {
      argument: Drawing,
      longest: longestText.drawing,
      answer: (drawing) => ask('recognize', drawing),
    },
    recognizeImage: {
      argument: GreyPicture,
      longest: longestText.picture,
      answer: (picture) => ask('recognizeImage', picture),
    },
    lookInside: { argument: GreyImage, answer: (image) => ask('lookInside', image) },
    pinDrawing: { argument: GreyImage.nullable(), answer: (image) => ask('pinDrawing', image) },
    getKeptDrawings: {
      argument: nothing,
      answer: async () => {
        const { drawings, damaged } = await folder.read();
        return { count: drawings.length, damaged };
      },
    },
    keepDrawing: {
      argument: KeptDrawing,
      longest: longestText.drawing,
      answer: async (drawing) => {
        await folder.keep(drawing);
        return undefined;
      },
    },
    forgetDrawing: {
      argument: DrawingId,
      answer: async (id) => {
        await folder.forget(id);
        return undefined;
      },
    },
    testKeptDrawings: {
      argument: nothing,
      answer: async () => {
        const { drawings, damaged } = await folder.read();
        const images = drawings.map(({ id, label, pixels }) => ({ id, label, pixels }));
        return { ...(await ask('testDrawings', images)), count: images.length, damaged };
      },
    },
    openDrawingsFolder: {
      argument: nothing,
      answer: async () => {
        await folder.make();
        return showFolder(folder.place);
      },
    },
  };
}
