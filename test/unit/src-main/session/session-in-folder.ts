import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, vi } from 'vitest';
import type { DeviceChoice } from '../../../../src-preload/schemas';
import type { Device, EngineEventName, Events } from '../../../../src-preload/contract';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { type CheckpointStore, openStore } from '../../../../src-main/checkpoints/store';
import type { StateFile } from '../../../../src-main/checkpoints/state-file';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { Session } from '../../../../src-main/session/session';
import { smallDataset } from '../small-dataset';

/** The events of a session, in order. */
export type Told = { [N in EngineEventName]: { name: N; payload: Events[N] } }[EngineEventName];

let device: Device;
let data: MnistDataset;

/** To be called by a test file that makes sessions. */
export function prepareSessions(choice?: DeviceChoice): void {
  beforeAll(async () => {
    device = await loadTensorFlow(choice);
    data = await smallDataset();
  });
}

/** A session on 640 real images (10 steps per epoch), or on other images, without a folder. */
export function newSession(images = data): { session: Session; told: Told[] } {
  const told: Told[] = [];
  return { session: new Session(device, images, null, (name, payload) => told.push({ name, payload } as Told)), told };
}

/** A session with its checkpoints in a folder, whose newest run is open. */
export async function sessionIn(at: string | CheckpointStore, images = data) {
  const made = newSession(images);
  await made.session.useFolder(typeof at === 'string' ? await openStore(at) : at);
  return made;
}

/** Waits until the trained run, shown or not, has reached this step. */
export async function untilTrained(session: Session, step: number): Promise<void> {
  await vi.waitFor(() => expect(session.events.trained?.progress.step ?? 0).toBeGreaterThanOrEqual(step), {
    timeout: 30_000,
    interval: 5,
  });
}

/** Waits until the shown run has reached this step. */
export async function untilStep(session: Session, step: number): Promise<void> {
  await vi.waitFor(() => expect(session.events.view.progress?.step ?? 0).toBeGreaterThanOrEqual(step), {
    timeout: 30_000,
    interval: 5,
  });
}

/** The log as a window shows it, which replaces it with each run event and appends each report. */
export function logShown(told: Told[]): string[] {
  let shown: string[] = [];
  for (const { name, payload } of told) {
    if (name === 'run') shown = payload.log;
    if (name === 'reports') shown = [...shown, ...payload.lines];
  }
  return shown;
}

/** A checkpoint's two files of numbers, and its state without times. */
export async function contentOf(folder: string, run: string, step: number) {
  const path = join(folder, run, `step-${step.toString().padStart(8, '0')}`);
  const [model, optimizer, text] = await Promise.all(
    ['model.safetensors', 'optimizer.safetensors', 'state.json'].map((file) => readFile(join(path, file), 'latin1')),
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
