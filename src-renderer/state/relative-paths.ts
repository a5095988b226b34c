/**
 * Names files in a message as seen from a folder that the window shows anyway, which makes long messages readable.
 * @param folder null if there is none
 */
export function relativeTo(folder: string | null, message: string): string {
  // The root of a disk is part of every path.
  if (folder === null || /[\\/]$/.test(folder)) return message;
  return message.replaceAll(`${folder}/`, '').replaceAll(`${folder}\\`, '');
}
