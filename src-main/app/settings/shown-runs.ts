import type { RunView } from '@contract/contract';
import type { SettingsStore } from './store';

/** The number of folders whose shown run is remembered. */
const MAX_FOLDERS = 50;

type SettingsAccess = Pick<SettingsStore, 'get' | 'set'>;

/** Remembers the shown run, so that the next start shows it again. Writes only if it has changed. */
export function rememberShownRun(settings: SettingsAccess, { folder, run }: Pick<RunView, 'folder' | 'run'>): void {
  const shown = settings.get('shownRuns');
  if (folder === null || run === null || shown[folder] === run) return;
  const others = Object.entries(shown).filter(([path]) => path !== folder);
  settings.set('shownRuns', { ...Object.fromEntries(others.slice(1 - MAX_FOLDERS)), [folder]: run });
}

/** Adds to a checkpoint folder the run in it that was shown last, and the chosen room for the time machine. */
export function folderToOpen(settings: Pick<SettingsAccess, 'get'>, path: string) {
  return { path, run: settings.get('shownRuns')[path] ?? null, snapshotRoom: settings.get('snapshotRoom') };
}

/** @param present the open folder, which stays remembered */
export function forgetRecentFolders(settings: SettingsAccess, present: string | null): void {
  const shown = Object.entries(settings.get('shownRuns')).filter(([path]) => path === present);
  settings.set('shownRuns', Object.fromEntries(shown));
}

/** The number of recent folders that are offered. */
const MAX_RECENT = 8;

/** @param present the open folder @returns the other folders that had runs, the most recently used first */
export function recentFolders(settings: Pick<SettingsAccess, 'get'>, present: string | null): string[] {
  const paths = Object.keys(settings.get('shownRuns')).reverse();
  return paths.filter((path) => path !== present).slice(0, MAX_RECENT);
}
