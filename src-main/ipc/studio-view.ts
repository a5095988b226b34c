import { app } from 'electron';
import type { Studio } from '@contract/contract';
import type { EngineView } from '../engine/protocol';
import type { SettingsStore } from '../settings/store';

/** What a window is told of everything. */
export function studioOf(view: EngineView, settings: SettingsStore): Studio {
  return { ...view, version: app.getVersion(), config: settings.get('config'), notice: settings.notice };
}
