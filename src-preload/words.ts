/** Keeps messages short, whether the main process or the window writes them. */

/**
 * Names files in a message as seen from a folder that the reader knows anyway.
 * @param folder null if there is none
 */
export function relativeTo(folder: string | null, message: string): string {
  // The root of a disk is part of every path.
  if (folder === null || /[\\/]$/.test(folder)) return message;
  return message.replaceAll(`${folder}/`, '').replaceAll(`${folder}\\`, '');
}

/** @returns the text, cut off after `max` characters at most, which include an ellipsis */
export function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1).trimEnd()}…` : text;
}
