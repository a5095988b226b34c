/** @returns the first names, and how many more there are: "a, b, c and 7 more" */
export function listOf(names: string[], maxNamed: number): string {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (more > 0 ? ` and ${more.toLocaleString('en')} more` : '');
}
