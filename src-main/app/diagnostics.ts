/** What a person can hand over when they ask for help. */
import { app, clipboard, shell } from 'electron';
import { arch, availableParallelism, cpus, freemem, homedir, release, totalmem, type } from 'node:os';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import { lastLogLines, log, logFile } from './log';
import { showMessage } from './dialogs';
import type { SettingsStore } from './settings/store';

const LOG_LINES = 100;

/** Notes at the log's beginning what is started. */
export function logStart(): void {
  log.info(`Started: ${versions()} on ${system()}`);
}

export function showLog(): void {
  shell.showItemInFolder(logFile());
}

/** Copies a description of the application and of what happened to the clipboard, and says what is in it. */
export async function copyDiagnostics(engine: EngineSupervisor, settings: SettingsStore): Promise<void> {
  await clipboard.writeText(await describe(engine, settings));
  await showMessage({
    type: 'info',
    message: 'The diagnostics are in the clipboard',
    detail: `They have versions, system, memory, the dataset's and the run's names, your settings with the folders you chose, and the last ${LOG_LINES} lines of the log. They have no drawings and no images. Read them before you pass them on.`,
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
    `Memory: ${megabytes(freemem())} of ${megabytes(totalmem())} free; Digit Studio has ${megabytes(memoryOfAll())}`,
    `Device: ${view?.device?.description ?? 'none'}`,
    `Dataset: ${view?.dataset ? `${view.dataset.name}, ${view.dataset.trainCount} and ${view.dataset.testCount} images` : 'none'}`,
    `Run: ${run ?? 'none'}, ${state}${reply.ok ? '' : `; the engine does not answer: ${reply.message}`}`,
    `Checkpoint folder: ${settings.get('folder') ?? 'none'}`,
    `Data folder: ${settings.get('dataSource')?.folder ?? 'the bundled MNIST'}`,
    `Settings: ${JSON.stringify(settings.get('config'))}`,
    '',
    `The log's last lines:`,
    ...lastLogLines(LOG_LINES),
  ];
  // Whose computer it is concerns nobody.
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

/** In bytes; what processes share is counted for each. */
function memoryOfAll(): number {
  return app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize * 1024, 0);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
