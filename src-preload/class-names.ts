/** What a dataset's ten classes are called, where they are not digits, as a text with one name a line. */
import { CLASS_COUNT, ClassName } from './schemas';

/** `names` where the text has ten that can be used, else `problem` says what is wrong with it, for people. */
export type ParsedClassNames = { names: string[]; problem: null } | { names: null; problem: string };

/** The class's number may stand before its name, as in `0: T-shirt` and `0 T-shirt`. Empty lines do not count. */
export function parseClassNames(text: string): ParsedClassNames {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length !== CLASS_COUNT) {
    return refused(`Ten names are needed, one a line; there ${lines.length === 1 ? 'is' : 'are'} ${lines.length}.`);
  }
  const numbered = lines.map((line, i) => new RegExp(`^${i}[\\s:;,.)=-]+(?<name>\\S.*)$`).exec(line)?.groups?.name);
  const names = numbered.every((name) => name !== undefined) ? numbered : lines;
  for (const name of names) {
    const { error } = ClassName.safeParse(name);
    if (error) return refused(`${error.issues[0]!.message}: ${name.slice(0, 50)}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? { names, problem: null } : refused(`Two classes are called ${twice}.`);
}

const refused = (problem: string): ParsedClassNames => ({ names: null, problem });
