/** The names of a dataset's ten classes, if they are not digits, as text with one name per line. */
import { CLASS_COUNT, ClassName } from './schemas';
import { shortened } from './words';

/** `names` if the text has ten valid names, else `problem` tells people what is wrong. */
export type ParsedClassNames = { names: string[]; problem: null } | { names: null; problem: string };

/** A name may be preceded by the class's number, as in `0: T-shirt` or `0 T-shirt`. Empty lines are ignored. */
export function parseClassNames(text: string): ParsedClassNames {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length !== CLASS_COUNT) {
    return refused(`Ten names are needed, one per line; there ${lines.length === 1 ? 'is' : 'are'} ${lines.length}.`);
  }
  const numbered = lines.map((line, i) => new RegExp(`^${i}[\\s:;,.)=-]+(?<name>\\S.*)$`).exec(line)?.groups?.name);
  const names = numbered.every((name) => name !== undefined) ? numbered : lines;
  for (const name of names) {
    const { error } = ClassName.safeParse(name);
    if (error) return refused(`${error.issues[0]!.message}: ${shortened(name, 50)}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? { names, problem: null } : refused(`Two classes are called ${twice}.`);
}

const refused = (problem: string): ParsedClassNames => ({ names: null, problem });
