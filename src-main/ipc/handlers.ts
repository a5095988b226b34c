/** What each request does: most are the engine's; dialogs, files and settings are the main process's. */
import { app } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Studio } from '@contract/contract';
import { CheckpointName, MoreEpochs, PngImage, RunConfig, RunName, longestText } from '@contract/schemas';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import type { EngineView } from '../engine/protocol';
import { UserError, reasonOf } from '../base/errors';
import { exportFormats } from '../exchange/formats';
import { log } from '../app/log';
import type { SettingsStore } from '../app/settings/store';
import type { Ask } from './ask';
import { drawingHandlers } from './drawing-handlers';
import { pick, pickNewFile, showFolder } from './files';
import { removeRun } from './remove-run';
import type { Handlers } from './serve';
import { writeNewest } from '../base/async';

export function handlersFor(engine: EngineSupervisor, settings: SettingsStore): Handlers {
  const nothing = z.undefined();
  /** What went wrong while opening is told once. */
  let told: EngineSupervisor['opened'] | null = null;

  const ask: Ask = async (name, argument) => {
    const reply = await engine.request(name, argument);
    if (reply.ok) return reply.value;
    log.warn(`${name} was refused (${reply.code}): ${reply.message}`);
    throw new UserError(reply.code, reply.message);
  };

  const studioOf = (view: EngineView): Studio => {
    return { ...view, version: app.getVersion(), config: settings.get('config'), notice: settings.notice };
  };

  /** A write holds the main process up until the disk has it. */
  const saveConfig = writeNewest((config: RunConfig) => settings.set('config', config));

  return {
    getStudio: {
      argument: nothing,
      answer: async () => {
        const { opened } = engine;
        const reply = await opened;
        if (!reply.ok) throw new UserError(reply.code, reply.message);
        const problem = told === opened ? null : reply.value.problem;
        told = opened;
        return { ...studioOf(await ask('view', undefined)), problem };
      },
    },
    chooseFolder: {
      argument: nothing,
      answer: async () => {
        const folder = await pickFolder('Choose a folder for checkpoints', settings.get('folder'));
        if (folder === null) return null;
        const view = await ask('useFolder', folder);
        settings.set('folder', folder);
        return studioOf(view);
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
        return studioOf(view);
      },
    },
    useBundledData: {
      argument: nothing,
      answer: async () => {
        const view = await ask('useData', null);
        settings.set('dataFolder', null);
        return studioOf(view);
      },
    },
    saveConfig: {
      argument: RunConfig,
      answer: async (config) => {
        await saveConfig(config);
        return undefined;
      },
    },
    start: {
      argument: RunConfig,
      answer: async (config) => {
        await saveConfig(config);
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
        const file = await pickNewFile({
          defaultPath: inDocuments(`${basename(model.name, '.safetensors')}.onnx`),
          filters: exportFormats,
        });
        if (file === null) return false;
        await ask('exportModel', file);
        return true;
      },
    },
    newSamples: { argument: nothing, answer: () => ask('newSamples', undefined) },
    ...drawingHandlers(ask),
    saveChart: {
      argument: PngImage,
      longest: longestText.png,
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

/** Where a new file is written unless the person says otherwise. */
const inDocuments = (name: string) => join(app.getPath('documents'), name);

/** @returns false when the person changed their mind */
async function saveAs(name: string, kind: string, content: string | Uint8Array): Promise<boolean> {
  const filters = [{ name: kind, extensions: [name.split('.').at(-1)!] }];
  const filePath = await pickNewFile({ defaultPath: inDocuments(name), filters });
  if (filePath === null) return false;
  try {
    await writeFile(filePath, content);
    return true;
  } catch (error) {
    throw new UserError('file-not-written', `${basename(filePath)} could not be written: ${reasonOf(error)}.`);
  }
}
