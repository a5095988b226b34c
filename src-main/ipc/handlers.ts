/** The requests that the main process answers itself: dialogs, files and settings. */
import { app, shell } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Reply, Studio } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import type { EngineView } from '../engine/protocol';
import { writeNewest } from '../base/async';
import { reasonOf } from '../base/errors';
import { ok, refusal } from '../base/reply';
import { exportFormats, weightsFormats } from '../exchange/formats';
import type { DataFolders } from '../app/settings/data-folders';
import { folderToOpen } from '../app/settings/shown-runs';
import type { SettingsStore } from '../app/settings/store';
import type { Handlers } from './dispatcher';
import { discardRun } from './discard-run';
import { drawingHandlers } from './drawing-handlers';
import { FileSaver } from './file-saver';
import { agrees, pick, pickNewFile, showFile, showFolder } from './files';
import { openRunWithItsData } from './open-run-with-its-data';
import { removeRun } from './remove-run';

export function handlersFor(engine: EngineSupervisor, settings: SettingsStore, dataFolders: DataFolders): Handlers {
  /** What went wrong while opening is told once. */
  let told: ReturnType<EngineSupervisor['opened']> | null = null;

  /** Remembers where the data are that are loaded now. */
  const studioOf = (view: Reply<EngineView>): Reply<Studio> => {
    if (!view.ok) return view;
    const { dataFolder, dataset, problem } = view.value;
    if (dataFolder !== null && dataset !== null) dataFolders.remember(dataFolder, dataset.sha256);
    return ok({
      ...view.value,
      problem: problem && dataFolders.describe(problem),
      version: app.getVersion(),
      config: settings.get('config'),
      notice: settings.notice,
    });
  };

  /** A write holds the main process up until the disk has it. */
  const saveConfig = writeNewest((config: RunConfig) => settings.set('config', config));

  const saver = new FileSaver({ folder: () => app.getPath('documents'), pickNewFile, showFile });

  /** The dialog shows the folder that was chosen last. @returns null when the person changed their mind */
  const askForFolder = (title: string, setting: 'folder' | 'dataFolder'): Promise<Reply<string | null>> => {
    const last = settings.get(setting);
    return pick({
      title,
      properties: ['openDirectory', 'createDirectory'],
      ...(last !== null && { defaultPath: last }),
    });
  };

  /** Asks for a folder, has the engine use it, and remembers it. @returns null when the person changed their mind */
  const chooseFolder = async (title: string, setting: 'folder' | 'dataFolder'): Promise<Reply<Studio | null>> => {
    const folder = await askForFolder(title, setting);
    if (!folder.ok || folder.value === null) return folder as Reply<null>;
    const view =
      setting === 'folder'
        ? await engine.request('useFolder', folderToOpen(settings, folder.value))
        : await engine.request('useData', folder.value);
    if (view.ok) settings.set(setting, folder.value);
    return studioOf(view);
  };

  return {
    getStudio: async () => {
      const opened = engine.opened();
      const reply = await opened;
      if (!reply.ok) return reply;
      const problem = told === opened || !reply.value.problem ? null : dataFolders.describe(reply.value.problem);
      told = opened;
      const studio = studioOf(await engine.request('view', undefined));
      return studio.ok ? ok({ ...studio.value, problem }) : studio;
    },
    chooseFolder: () => chooseFolder('Choose a folder for checkpoints', 'folder'),
    openFolder: async () => {
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const { folder } = view.value;
      return folder === null ? refusal('no-folder', 'Choose a folder for checkpoints first.') : showFolder(folder);
    },
    chooseDataFolder: () => chooseFolder('Choose the folder of a dataset', 'dataFolder'),
    useBundledData: async () => {
      const view = await engine.request('useData', null);
      if (view.ok) settings.set('dataFolder', null);
      return studioOf(view);
    },
    openRunWithItsData: async (run) => {
      const ask = (title: string) => askForFolder(title, 'dataFolder');
      const view = await openRunWithItsData(run, engine, dataFolders, ask);
      if (!view.ok || view.value === null) return view as Reply<null>;
      settings.set('dataFolder', view.value.dataFolder);
      return studioOf(ok(view.value));
    },
    saveConfig: async (config) => {
      await saveConfig(config);
      return ok(undefined);
    },
    openRunFolder: async (run) => {
      const folder = await engine.request('describeRun', run);
      return folder.ok ? showFolder(folder.value.place) : folder;
    },
    removeRun: (run) => removeRun(run, engine, { agrees, trash: (path) => shell.trashItem(path) }),
    discard: () => discardRun(engine, agrees),
    openWeights: async () => {
      const file = await pick({
        title: 'Open weights',
        properties: ['openFile'],
        filters: weightsFormats,
      });
      if (!file.ok) return file;
      if (file.value === null) return ok(false);
      const opened = await engine.request('openWeightsFile', file.value);
      return opened.ok ? ok(true) : opened;
    },
    exportModel: async (format) => {
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const name = view.value.model.name.replace(/\.(safetensors|pth|pt)$/, '');
      return saver.save(name, exportFormats[format], (path) => engine.request('exportModelTo', path));
    },
    ...drawingHandlers(engine),
    saveChart: async (png) => {
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const format = { name: 'PNG picture', extension: 'png' };
      return saver.save(view.value.model.name, format, (path) => write(path, Buffer.from(png, 'base64')));
    },
    saveHistory: async () => {
      const csv = await engine.request('historyCsv', undefined);
      if (!csv.ok) return csv;
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const format = { name: 'CSV table', extension: 'csv' };
      return saver.save(view.value.model.name, format, (path) => write(path, csv.value));
    },
    showSavedFile: () => Promise.resolve(saver.showLast()),
  };
}

async function write(path: string, content: string | Uint8Array): Promise<Reply<undefined>> {
  try {
    await writeFile(path, content);
    return ok(undefined);
  } catch (error) {
    return refusal('file-not-written', `${basename(path)} could not be written: ${reasonOf(error)}.`);
  }
}
