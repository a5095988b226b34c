/** The versions of the settings file. */

export type Content = Record<string, unknown>;

/** Makes the next version of a file's content. It meets whatever may have been written; what comes of it is checked. */
export type Migration = (content: Content) => Content;

/** The first makes version 2 of version 1, and so on. A new setting needs none: what is missing has its default. */
export const migrations: Migration[] = [
  // Version 1 did not have its number in it; all else is the same.
  (content) => content,
  // Version 2 had folders only, whose images were used as they are.
  ({ dataFolder, dataFolders, ...others }) => ({
    ...others,
    ...(typeof dataFolder === 'string' && { dataSource: { folder: dataFolder, images: null } }),
    ...(isContent(dataFolders) && { dataSources: mapValues(dataFolders, (folder) => ({ folder, images: null })) }),
  }),
];

export function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(content: Content, change: (value: unknown) => unknown): Content {
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, change(value)]));
}

/** @param stated what a file has for its version @returns the version, from 1; null where there can be none such */
export function versionOf(stated: unknown): number | null {
  if (stated === undefined) return 1;
  return typeof stated === 'number' && Number.isInteger(stated) && stated >= 1 ? stated : null;
}

/** @param from the content's version @returns the content in the newest version */
export function migrate(content: Content, from: number, steps = migrations): Content {
  return steps.slice(from - 1).reduce((older, toNext) => toNext(older), content);
}
