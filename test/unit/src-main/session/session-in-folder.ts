import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { Device, EngineEventName, Events } from '../../../../src-preload/contract';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { openStore } from '../../../../src-main/checkpoints/store';
import type { StateFile } from '../../../../src-main/checkpoints/state-file';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { Session } from '../../../../src-main/session/session';
import { smallDataset } from '../small-dataset';

/** What a session told, in order. */
export type Told = { [N in EngineEventName]: { name: N; payload: Events[N] } }[EngineEventName];

let device: Device;
let data: MnistDataset;

/** To be called by a test file that makes sessions. */
export function prepareSessions(): void {
  beforeAll(async () => {
    device = await loadTensorFlow();
    data = await smallDataset();
  });
}

/** A session on 640 real images (10 steps an epoch) with its checkpoints in `folder`. */
export async function sessionIn(folder: string): Promise<{ session: Session; told: Told[] }> {
  const told: Told[] = [];
  const session = new Session(device, data, null, (name, payload) => told.push({ name, payload } as Told));
  await session.useFolder(await openStore(folder));
  return { session, told };
}

/** The log as a window shows it that takes over each whole run and appends each report. */
export function logShown(told: Told[]): string[] {
  let shown: string[] = [];
  for (const { name, payload } of told) {
    if (name === 'run') shown = payload.log;
    if (name === 'reports') shown = [...shown, ...payload.lines];
  }
  return shown;
}

/** A checkpoint's two files of numbers, and of its state all that does not tell the time. */
export async function contentOf(folder: string, run: string, step: number) {
  const place = join(folder, run, `step-${step.toString().padStart(8, '0')}`);
  const [model, optimizer, text] = await Promise.all(
    ['model.safetensors', 'optimizer.safetensors', 'state.json'].map((file) => readFile(join(place, file), 'latin1')),
  );
  const state = {
    ...(JSON.parse(text!) as StateFile),
    run: null,
    runId: null,
    sha256: null,
    secondsTraining: null,
    savedAt: null,
  };
  return { model, optimizer, state };
}
