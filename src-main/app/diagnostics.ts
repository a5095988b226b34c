/** The information that a person can send when they ask for help. */
import { app, clipboard, shell } from 'electron';
import { arch, availableParallelism, cpus, freemem, homedir, release, totalmem, type } from 'node:os';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import { hasNvidiaDriver } from '../engine/graphics-card';
import { lastLogLines, log, logFile } from './log';
import { showMessage } from './dialogs';
import type { SettingsStore } from './settings/store';

const LOG_LINES = 100;

/** Logs the versions and the system at the start. */
export function logStart(): void {
  log.info(`Started: ${versions()} on ${system()}`);
}

export function showLog(): void {
  shell.showItemInFolder(logFile());
}

/** Copies the diagnostics to the clipboard and says what they contain. */
export async function copyDiagnostics(engine: EngineSupervisor, settings: SettingsStore): Promise<void> {
  await clipboard.writeText(await describe(engine, settings));
  await showMessage({
    type: 'info',
    message: 'Diagnostics copied to the clipboard',
    detail: `They contain the versions, the system, its memory, the names of the dataset and the run, your settings with the folders you chose, and the last ${LOG_LINES} lines of the log. They contain no drawings or images. Read them before you share them.`,
    buttons: ['OK'],
  });
}

async function describe(engine: EngineSupervisor, settings: SettingsStore): Promise<string> {
  const reply = await engine.request('view', undefined);
  const view = reply.ok ? reply.value : null;
  const { run, state } = engine.run;
  const lines = [
    versions(),
    `System: ${system()}`,
    `Memory: ${megabytes(freemem())} of ${megabytes(totalmem())} free; Digit Studio uses ${megabytes(memoryOfAll())}`,
    `Device: ${view?.device?.description ?? 'none'}; NVIDIA's driver is ${hasNvidiaDriver() ? 'there' : 'not there'}`,
    `Dataset: ${view?.dataset ? `${view.dataset.name}, ${view.dataset.trainCount} and ${view.dataset.testCount} images` : 'none'}`,
    `Run: ${run ?? 'none'}, ${state}${reply.ok ? '' : `; the engine does not answer: ${reply.message}`}`,
    `Folder for runs: ${settings.get('folder') ?? 'none'}`,
    `Data folder: ${settings.get('dataSource')?.folder ?? 'built-in MNIST'}`,
    `Settings: ${JSON.stringify(settings.get('config'))}`,
    '',
    `The log's last lines:`,
    ...lastLogLines(LOG_LINES),
  ];
  // The home folder's path is replaced, since it contains the person's name.
  return lines.join('\n').replaceAll(homedir(), '~');
}

function versions(): string {
  const { electron, chrome, node } = process.versions;
  const how = app.isPackaged ? 'installed' : 'from its sources';
  return `Digit Studio ${app.getVersion()} (${how}), Electron ${electron}, Chromium ${chrome}, Node ${node}`;
}

function system(): string {
  return `${type()} ${release()} ${arch()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
}

/** In bytes; memory that processes share is counted for each. */
function memoryOfAll(): number {
  return app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize * 1024, 0);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
