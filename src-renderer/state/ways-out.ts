import type { OtherData, QueuedRun } from '@contract/contract';
import type { Action } from './action';
import type { ShownProblem } from './problems.svelte';
import type { RunActions } from './run-actions.svelte';

interface WayOut {
  label: string;
  action: Action;
}

/** Codes of problems that another folder, other data, or another weights file can solve. */
export const ofFolder: ReadonlySet<string> = new Set([
  'folder-unusable',
  'no-folder',
  'checkpoint-not-written',
  'run-missing',
]);
const ofData = ['dataset-invalid'];
const ofWeights = ['weights-invalid'];
const ofDrawings = ['drawings-full'];

interface Circumstances {
  /** Whether the person's own data is loaded. */
  usesOwnData: boolean;
  /** The next waiting run, if any. */
  waiting: QueuedRun | undefined;
  openDrawingsFolder: Action;
}

/**
 * @returns the actions that are available now and help with this problem
 */
export function waysOut(
  problem: ShownProblem,
  actions: RunActions,
  { usesOwnData, waiting, openDrawingsFolder }: Circumstances,
): WayOut[] {
  const { code, source, otherData } = problem;
  const all = [
    ...(otherData ? [{ ...openWithItsData(otherData, actions), helps: true }] : []),
    ...(waiting?.missingData ? [{ ...loadItsData(waiting, actions), helps: code === 'run-not-started' }] : []),
    { label: 'Choose another folder…', action: actions.chooseFolder, helps: ofFolder.has(code) },
    { label: 'Choose other data…', action: actions.chooseData, helps: ofData.includes(code) },
    { label: 'Use built-in MNIST', action: actions.useBundledData, helps: ofData.includes(code) && usesOwnData },
    { label: 'Open another file…', action: actions.openWeights, helps: ofWeights.includes(code) },
    { label: 'Open the drawings folder', action: openDrawingsFolder, helps: ofDrawings.includes(code) },
    { label: 'Restart Digit Studio', action: actions.restart, helps: source === 'device' },
    { label: 'Resume', action: actions.resume, helps: source === 'run' },
  ];
  return all.filter(({ action, helps }) => helps && action.refusal === null);
}

function loadItsData({ id, dataset }: QueuedRun, actions: RunActions): WayOut {
  return { label: `Load ${dataset}`, action: actions.loadDataOfWaitingRun(id) };
}

function openWithItsData({ run, dataset, isRemembered }: OtherData, actions: RunActions): WayOut {
  return {
    label: isRemembered ? `Load ${dataset} and open ${run}` : 'Choose the data folder…',
    action: actions.openRunWithItsData(run),
  };
}
