/** Reads a settings file, whatever is in it. */
import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reasonOf } from '../../base/errors';
import { type Content, isContent, migrate, migrations, versionOf } from './migrations';
import { Settings, StatedSettings, defaultSettings } from './schema';

export interface ReadSettings {
  settings: Settings;
  /** Whether the file has other content than these settings, so that they have to be written. */
  changed: boolean;
  /** What was wrong with the file and what was done about it, for people; null when nothing was. */
  notice: string | null;
}

/**
 * Reads the settings. Each that cannot be used gets its default, and the file as it was is then kept under another name,
 * which the notice tells.
 */
export function readSettings(file: string, steps = migrations): ReadSettings {
  let content: Content;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...usable({}), changed: false, notice: null };
    const notice = `The settings in ${file} could not be read (${reasonOf(error)}), and the defaults are used instead.`;
    return { settings: defaultSettings, changed: true, notice: `${notice} ${setAside(file)}` };
  }
  const { version: stated, ...values } = content;
  const version = versionOf(stated);
  const { settings, unusable } = usable(migrate(values, version ?? 1, steps));
  const newest = steps.length + 1;
  const isKnown = version !== null && version <= newest;
  if (isKnown && unusable.length === 0) return { settings, changed: version < newest, notice: null };
  const what = isKnown
    ? `Some settings in ${file} could not be used and have their defaults again: ${unusable.join(', ')}.`
    : `The settings in ${file} are of another version of Digit Studio; those that this one knows are used.`;
  return { settings, changed: true, notice: `${what} ${setAside(file)}` };
}

/** @throws Error when the text is no JSON object */
function parse(text: string): Content {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // Said below, in words for people.
  }
  if (!isContent(content)) throw new Error('the file is damaged');
  return content;
}

/** @returns the settings, and the names of those that are not as they must be, or not known */
function usable(values: Content): { settings: Settings; unusable: string[] } {
  const issues = StatedSettings.safeParse(values).error?.issues ?? [];
  const paths = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  return { settings: Settings.parse(values), unusable: paths.map((path) => path.join('.')) };
}

/** Keeps the file as it is under another name. @returns what became of it, for people */
function setAside(file: string): string {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const aside = join(file, `../settings.damaged-${time}.json`);
  try {
    renameSync(file, aside);
    return `The file as it was is kept beside it as ${basename(aside)}.`;
  } catch (error) {
    return `It could not be kept under another name: ${reasonOf(error)}.`;
  }
}
