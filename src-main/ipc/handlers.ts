/** The requests that the main process answers itself: dialogs, files and settings. */
import { app, clipboard, shell } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Reply, Studio } from '@contract/contract';
import type { DataSource, RunConfig } from '@contract/schemas';
import { relativeTo } from '@contract/words';
import type { DrawingsFolder } from '../drawings/drawings-folder';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import type { EngineView } from '../engine/protocol';
import { writeNewest } from '../base/async';
import { noFolderError, reasonOf } from '../base/errors';
import { ok, refusal, replyOf } from '../base/reply';
import { readChosenFile } from '../base/regular-file';
import { createFolder } from '../checkpoints/usable-folder';
import { exportFormats, weightsFormats } from '../exchange/formats';
import type { DataSources } from '../app/settings/data-sources';
import { showRecentFolders } from '../app/menu';
import { restart } from '../app/quit';
import { folderToOpen, recentFolders } from '../app/settings/shown-runs';
import type { SettingsStore } from '../app/settings/store';
import type { Handlers } from './dispatcher';
import { discardRun } from './discard-run';
import { drawingHandlers } from './drawing-handlers';
import { FileSaver } from './file-saver';
import { agrees, pick, pickNewFile, showFile, showFolder } from './files';
import { loadDataOfWaitingRun, openRunWithItsData } from './open-run-with-its-data';
import { removeRun } from './remove-run';

export function handlersFor(
  engine: EngineSupervisor,
  settings: SettingsStore,
  dataSources: DataSources,
  drawings: DrawingsFolder,
): Handlers {
  /** The reply whose problem was reported: a failure to open is reported once. */
  let told: ReturnType<EngineSupervisor['opened']> | null = null;

  /** Remembers the source of the loaded data. */
  const studioOf = (view: Reply<EngineView>): Reply<Studio> => {
    if (!view.ok) return view;
    const { dataset, problem } = view.value;
    const source = dataSourceOf(view.value);
    if (source !== null && dataset !== null) dataSources.remember(source, dataset.sha256);
    const recent = recentFolders(settings, view.value.folder);
    showRecentFolders(recent);
    return ok({
      ...view.value,
      problem: problem && dataSources.describe(problem),
      suggestedFolder: suggestedFolder(),
      recentFolders: recent,
      version: app.getVersion(),
      snapshotRoom: settings.get('snapshotRoom'),
      config: settings.get('config'),
      notice: settings.notice,
    });
  };

  /** Combines writes, since each blocks the main process until it is on disk. */
  const saveConfig = writeNewest((config: RunConfig) => settings.set('config', config));

  const saver = new FileSaver({ folder: () => app.getPath('documents'), pickNewFile, showFile });

  /** @param last the dialog's initial folder @returns null if the person cancelled */
  const askForFolder = (title: string, last: string | null | undefined): Promise<Reply<string | null>> =>
    pick({ title, properties: ['openDirectory', 'createDirectory'], ...(last && { defaultPath: last }) });

  const askForDataFolder = (title: string) => askForFolder(title, settings.get('dataSource')?.folder);

  /** Remembers the loaded data for the next start. */
  const showData = (view: Reply<EngineView>): Reply<Studio> => {
    if (view.ok) settings.set('dataSource', dataSourceOf(view.value));
    return studioOf(view);
  };

  /** @param view null if the person cancelled */
  const showChosenData = (view: Reply<EngineView | null>): Reply<Studio | null> =>
    view.ok && view.value === null ? ok(null) : showData(view as Reply<EngineView>);

  /** Uses a checkpoint folder, and remembers it for the next start. */
  const useFolder = async (path: string): Promise<Reply<Studio>> => {
    const view = await engine.request('useFolder', folderToOpen(settings, path));
    if (view.ok) settings.set('folder', path);
    return studioOf(view);
  };

  return {
    getStudio: async () => {
      const opened = engine.opened();
      const reply = await opened;
      if (!reply.ok) return reply;
      const problem = told === opened || !reply.value.problem ? null : dataSources.describe(reply.value.problem);
      told = opened;
      const studio = studioOf(await engine.request('view', undefined));
      return studio.ok ? ok({ ...studio.value, problem }) : studio;
    },
    chooseFolder: async () => {
      const folder = await askForFolder('Choose a folder for runs', settings.get('folder'));
      if (!folder.ok || folder.value === null) return folder as Reply<null>;
      return useFolder(folder.value);
    },
    useRecentFolder: (path) =>
      recentFolders(settings, null).includes(path)
        ? useFolder(path)
        : Promise.resolve(
            refusal('folder-unusable', `${path} is not a recent folder. Choose it with "Choose Folder for Runs…".`),
          ),
    useSuggestedFolder: async () => {
      const path = suggestedFolder();
      const created = await replyOf(() => createFolder(path));
      return created.ok ? useFolder(path) : created;
    },
    openFolder: async () => {
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const { folder } = view.value;
      return folder === null ? { ok: false, ...noFolderError().problem } : showFolder(folder);
    },
    chooseDataFolder: async () => {
      const folder = await askForDataFolder('Choose the folder of a dataset');
      if (!folder.ok || folder.value === null) return folder as Reply<null>;
      const source = { folder: folder.value, images: null, ...dataSources.namesOf(folder.value) };
      return showData(asChosen(folder.value, await engine.request('useData', source)));
    },
    useImages: async (images) => showData(await engine.request('useImages', images)),
    useClassNames: async (names) => showData(await engine.request('useClassNames', names)),
    useBundledData: async () => showData(await engine.request('useData', null)),
    openRunWithItsData: async (run) =>
      showChosenData(await openRunWithItsData(run, engine, dataSources, askForDataFolder)),
    loadDataOfWaitingRun: async (id) =>
      showChosenData(await loadDataOfWaitingRun(id, engine, dataSources, askForDataFolder)),
    useDevice: async (choice) => {
      const view = await engine.request('useDevice', choice);
      if (view.ok || view.code === 'device-needs-restart') settings.set('device', choice);
      return studioOf(view);
    },
    restart: () => {
      restart();
      return Promise.resolve(ok(undefined));
    },
    useSnapshotRoom: async (room) => {
      settings.set('snapshotRoom', room);
      return engine.request('setSnapshotRoom', room);
    },
    saveConfig: async (config) => {
      await saveConfig(config);
      return ok(undefined);
    },
    openRunFolder: async (run) => {
      const folder = await engine.request('describeRun', run);
      return folder.ok ? showFolder(folder.value.path) : folder;
    },
    copyRunPath: async (run) => {
      const folder = await engine.request('describeRun', run);
      if (!folder.ok) return folder;
      // Asynchronous in newer versions of Electron.
      await clipboard.writeText(folder.value.path);
      return ok(undefined);
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
      const opened = asChosen(file.value, await engine.request('openWeightsFile', file.value));
      return opened.ok ? ok(true) : opened;
    },
    openPicture: async () => {
      const file = await pick({ title: 'Open a picture', properties: ['openFile'], filters: pictureFormats });
      if (!file.ok) return file;
      return file.value === null ? ok(null) : readPicture(file.value);
    },
    exportModel: async (format) => {
      const view = await engine.request('view', undefined);
      if (!view.ok) return view;
      const name = view.value.model.name.replace(/\.(safetensors|pth|pt)$/, '');
      return saver.save(name, exportFormats[format], async (path) =>
        asChosen(path, await engine.request('exportModelTo', path)),
      );
    },
    ...drawingHandlers(engine, drawings, { saver, pick, agrees, write }),
    saveChart: async (png) => {
      // The network that reads drawings may not be the shown run's.
      const run = await engine.request('shownRun', undefined);
      if (!run.ok) return run;
      return saver.save(run.value, pngPicture, (path) => write(path, Buffer.from(png, 'base64')));
    },
    addOtherFolder: async () => {
      const folder = await askForFolder('Choose a run, or a folder with runs, to compare', settings.get('folder'));
      if (!folder.ok || folder.value === null) return folder as Reply<null>;
      return engine.request('addRunsOf', folder.value);
    },
    saveComparisonChart: (png) =>
      saver.save('comparison', pngPicture, (path) => write(path, Buffer.from(png, 'base64'))),
    saveComparison: async (refs) => {
      const csv = await engine.request('comparisonCsv', refs);
      return csv.ok ? saver.save('comparison', csvTable, (path) => write(path, csv.value)) : csv;
    },
    saveDrawing: (png) => saver.save('drawing', pngPicture, (path) => write(path, Buffer.from(png, 'base64'))),
    saveTestImage: ({ index, png }) =>
      saver.save(`test-image-${index}`, pngPicture, (path) => write(path, Buffer.from(png, 'base64'))),
    saveHistory: async () => {
      const csv = await engine.request('historyCsv', undefined);
      if (!csv.ok) return csv;
      const run = await engine.request('shownRun', undefined);
      if (!run.ok) return run;
      return saver.save(run.value, csvTable, (path) => write(path, csv.value));
    },
    saveLog: async () => {
      const log = await engine.request('runLog', undefined);
      if (!log.ok) return log;
      const { run, text } = log.value;
      return saver.save(run, { name: 'Text', extension: 'txt' }, (path) => write(path, text));
    },
    showSavedFile: () => Promise.resolve(saver.showLast()),
  };
}

function dataSourceOf({ dataFolder, dataset }: EngineView): DataSource | null {
  if (dataFolder === null) return null;
  const names = dataset?.classNames;
  return { folder: dataFolder, images: dataset?.images ?? null, ...(names?.typed && { classNames: [...names.names] }) };
}

/** Shortens paths in the message of a refusal: it need not repeat which folder the person was just in. */
function asChosen<T>(path: string, reply: Reply<T>): Reply<T> {
  return reply.ok ? reply : { ...reply, message: relativeTo(dirname(path), reply.message) };
}

const csvTable = { name: 'CSV table', extension: 'csv' };
const pngPicture = { name: 'PNG picture', extension: 'png' };

async function write(path: string, content: string | Uint8Array): Promise<Reply<undefined>> {
  try {
    await writeFile(path, content);
    return ok(undefined);
  } catch (error) {
    return refusal(
      'file-not-written',
      `${basename(path)} could not be written: ${reasonOf(error)}. Choose another folder.`,
    );
  }
}

/** The default checkpoint folder. */
const suggestedFolder = () => join(app.getPath('documents'), 'Digit Studio');

const pictureFormats = [
  { name: 'Pictures', extensions: ['png', 'jpg', 'jpeg', 'webp', 'bmp', 'gif'] },
  { name: 'All files', extensions: ['*'] },
];

/** In bytes; larger than any photo of a digit. */
const MAX_PICTURE = 50_000_000;

/** @returns the file's name, and its bytes as base64; the window decodes them */
async function readPicture(path: string): Promise<Reply<{ name: string; data: string }>> {
  try {
    return ok({ name: basename(path), data: (await readChosenFile(path, MAX_PICTURE)).toString('base64') });
  } catch (error) {
    return refusal('file-not-read', `${basename(path)} could not be read: ${reasonOf(error)}.`);
  }
}
