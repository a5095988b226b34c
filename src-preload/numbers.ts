/** Reads numbers as people type them, in the window and on the command line. */

/** @param text as people type it: "0.01", "0,01", ".5", "10,000", "10 000" @returns NaN if it is not a number */
export function parseNumber(text: string): number {
  const bare = text.trim();
  // Number('') is 0, but an empty field is not.
  if (bare === '') return NaN;
  const isGrouped = /^[1-9]\d{0,2}([,\s’'\u00a0\u202f]\d{3})+$/.test(bare);
  return Number(isGrouped ? bare.replaceAll(/\D/g, '') : bare.replace(',', '.'));
}
