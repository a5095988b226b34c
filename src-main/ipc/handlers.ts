/** What each request does: most are the engine's; dialogs, files and settings are the main process's. */
import { BrowserWindow, type FileFilter, app, dialog } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Reply, Studio } from '@contract/contract';
import { CheckpointName, MoreEpochs, PngImage, RunConfig, RunName } from '@contract/schemas';
import type { EngineClient } from '../engine/client';
import type { EngineRequestName, EngineRequests, EngineView } from '../engine/protocol';
import { UserError, reasonOf } from '../errors';
import { exportFormats } from '../exchange/formats';
import type { SettingsStore } from '../settings';
import { drawingHandlers } from './drawing-handlers';
import { pick, showFolder } from './files';
import { removeRun } from './remove-run';
import type { Handlers } from './serve';

/** Asks the engine. @throws UserError when it refuses */
export type Ask = <N extends EngineRequestName>(
  name: N,
  argument: EngineRequests[N]['argument'],
) => Promise<EngineRequests[N]['reply']>;

/** @param opened resolves when the engine has opened what was open the last time */
export function handlersFor(
  engine: EngineClient,
  opened: Promise<Reply<EngineView>>,
  settings: SettingsStore,
): Handlers {
  const nothing = z.undefined();
  /** What went wrong while opening is told once. */
  let openingProblem: Promise<Studio['problem']> | null = opened.then(({ ...reply }) =>
    reply.ok ? reply.value.problem : { code: reply.code, message: reply.message },
  );

  const ask: Ask = async (name, argument) => {
    const reply = await engine.request(name, argument);
    if (!reply.ok) throw new UserError(reply.code, reply.message);
    return reply.value;
  };

  const studio = (view: EngineView): Studio => ({
    ...view,
    version: app.getVersion(),
    config: settings.get('config'),
  });

  return {
    getStudio: {
      argument: nothing,
      answer: async () => {
        await opened;
        const problem = (await openingProblem) ?? null;
        openingProblem = null;
        return { ...studio(await ask('view', undefined)), problem };
      },
    },
    chooseFolder: {
      argument: nothing,
      answer: async () => {
        const folder = await pickFolder('Choose a folder for checkpoints', settings.get('folder'));
        if (folder === null) return null;
        const view = await ask('useFolder', folder);
        settings.set('folder', folder);
        return studio(view);
      },
    },
    openFolder: {
      argument: nothing,
      answer: async () => {
        const { folder } = await ask('view', undefined);
        if (folder === null) throw new UserError('no-folder', 'Choose a folder for checkpoints first.');
        return showFolder(folder);
      },
    },
    chooseDataFolder: {
      argument: nothing,
      answer: async () => {
        const folder = await pickFolder('Choose a folder with the four IDX files', settings.get('dataFolder'));
        if (folder === null) return null;
        const view = await ask('useData', folder);
        settings.set('dataFolder', folder);
        return studio(view);
      },
    },
    useBundledData: {
      argument: nothing,
      answer: async () => {
        const view = await ask('useData', null);
        settings.set('dataFolder', null);
        return studio(view);
      },
    },
    saveConfig: {
      argument: RunConfig,
      answer: (config) => {
        settings.set('config', config);
        return undefined;
      },
    },
    start: {
      argument: RunConfig,
      answer: async (config) => {
        settings.set('config', config);
        return ask('start', config);
      },
    },
    pause: { argument: nothing, answer: () => ask('pause', undefined) },
    resume: { argument: nothing, answer: () => ask('resume', undefined) },
    stop: { argument: nothing, answer: () => ask('stop', undefined) },
    addEpochs: { argument: MoreEpochs, answer: (epochs) => ask('addEpochs', epochs) },
    openRun: { argument: RunName, answer: (run) => ask('openRun', run) },
    openCheckpoint: { argument: CheckpointName, answer: (checkpoint) => ask('openCheckpoint', checkpoint) },
    openRunFolder: {
      argument: RunName,
      answer: async (run) => showFolder((await ask('describeRun', run)).place),
    },
    removeRun: { argument: RunName, answer: (run) => removeRun(run, ask) },
    openWeights: {
      argument: nothing,
      answer: async () => {
        const file = await pick({
          title: 'Open weights',
          properties: ['openFile'],
          filters: [{ name: 'Safetensors (PyTorch)', extensions: ['safetensors'] }],
        });
        if (file === null) return false;
        await ask('openWeights', file);
        return true;
      },
    },
    exportModel: {
      argument: nothing,
      answer: async () => {
        const { model } = await ask('view', undefined);
        const file = await pickNewFile(`${basename(model.name, '.safetensors')}.onnx`, exportFormats);
        if (file === null) return false;
        await ask('exportModel', file);
        return true;
      },
    },
    newSamples: { argument: nothing, answer: () => ask('newSamples', undefined) },
    ...drawingHandlers(ask),
    saveChart: {
      argument: PngImage,
      answer: async (png) => {
        const { model } = await ask('view', undefined);
        return saveAs(`${model.name}.png`, 'PNG picture', Buffer.from(png, 'base64'));
      },
    },
    saveHistory: {
      argument: nothing,
      answer: async () => {
        const csv = await ask('historyCsv', undefined);
        const { model } = await ask('view', undefined);
        return saveAs(`${model.name}.csv`, 'CSV table', csv);
      },
    },
  };
}

function pickFolder(title: string, last: string | null): Promise<string | null> {
  return pick({
    title,
    properties: ['openDirectory', 'createDirectory'],
    ...(last !== null && { defaultPath: last }),
  });
}

/** @returns null when the person changed their mind */
async function pickNewFile(name: string, filters: FileFilter[]): Promise<string | null> {
  const options = { defaultPath: join(app.getPath('documents'), name), filters };
  const window = BrowserWindow.getAllWindows()[0];
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options));
  return canceled || !filePath ? null : filePath;
}

/** @returns false when the person changed their mind */
async function saveAs(name: string, kind: string, content: string | Uint8Array): Promise<boolean> {
  const filePath = await pickNewFile(name, [{ name: kind, extensions: [name.split('.').at(-1)!] }]);
  if (filePath === null) return false;
  try {
    await writeFile(filePath, content);
    return true;
  } catch (error) {
    throw new UserError('file-not-written', `${basename(filePath)} could not be written: ${reasonOf(error)}.`);
  }
}
