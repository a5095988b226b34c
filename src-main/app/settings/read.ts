/** Reads a settings file, even if it is damaged. */
import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reasonOf } from '../../base/errors';
import { type Content, isContent, migrate, migrations, versionOf } from './migrations';
import { Settings, StatedSettings, defaultSettings } from './schema';

export interface ReadSettings {
  settings: Settings;
  /** Whether the settings differ from the file's content and must be written. */
  changed: boolean;
  /** What was wrong with the file and what was done about it, for people; null if nothing was. */
  notice: string | null;
}

/**
 * Reads the settings. Invalid settings get their defaults; the original file is then kept under another name, which the
 * notice states.
 */
export function readSettings(file: string, steps = migrations): ReadSettings {
  let content: Content;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...usable({}), changed: false, notice: null };
    const notice = `The settings in ${file} could not be read (${reasonOf(error)}). The defaults are used instead.`;
    return { settings: defaultSettings, changed: true, notice: `${notice} ${setAside(file)}` };
  }
  const { version: stated, ...values } = content;
  const version = versionOf(stated);
  const { settings, unusable } = usable(migrate(values, version ?? 1, steps));
  const newest = steps.length + 1;
  const isKnown = version !== null && version <= newest;
  if (isKnown && unusable.length === 0) return { settings, changed: version < newest, notice: null };
  const what = isKnown
    ? `Some settings in ${file} could not be used, so these have their defaults: ${unusable.join(', ')}.`
    : `The settings in ${file} were written by another version of Digit Studio. This version uses those that it knows.`;
  return { settings, changed: true, notice: `${what} ${setAside(file)}` };
}

/** @throws Error if the text is not a JSON object */
function parse(text: string): Content {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The error below describes this in plain words.
  }
  if (!isContent(content)) throw new Error('the file is damaged');
  return content;
}

/** @returns the settings and the names of invalid or unknown ones */
function usable(values: Content): { settings: Settings; unusable: string[] } {
  const issues = StatedSettings.safeParse(values).error?.issues ?? [];
  const paths = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  return { settings: Settings.parse(values), unusable: paths.map((path) => path.join('.')) };
}

/** Renames the file to keep it. @returns what happened to it, for people */
function setAside(file: string): string {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const aside = join(file, `../settings.damaged-${time}.json`);
  try {
    renameSync(file, aside);
    return `The original file is kept beside it as ${basename(aside)}.`;
  } catch (error) {
    return `The original file could not be kept: ${reasonOf(error)}.`;
  }
}
