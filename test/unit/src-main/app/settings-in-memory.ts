import { type Settings, defaultSettings } from '../../../../src-main/app/settings/schema';

/** Settings in memory; `writes` counts how often they are written. */
export function settingsInMemory() {
  const values = { ...defaultSettings };
  return {
    values,
    writes: 0,
    get: <K extends keyof Settings>(name: K) => values[name],
    set<K extends keyof Settings>(name: K, value: Settings[K]) {
      values[name] = value;
      this.writes++;
    },
  };
}
