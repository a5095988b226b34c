/** Parses a command's arguments. */
import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { DeviceChoice } from '@contract/schemas';

/** A command was used incorrectly: prints the message and the usage text, and exits with status 2. */
export class UsageError extends Error {}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;

/**
 * Resolves a path relative to the caller's folder: npm runs scripts in the project's folder and stores the caller's in
 * INIT_CWD.
 * @returns an absolute path
 */
export function fromCaller(path: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: callersFolder } = process.env;
  const isScript = script !== undefined && script === process.argv[2];
  return resolve((isScript ? callersFolder : undefined) ?? process.cwd(), path);
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError for an unknown option, a missing value, or any other argument */
export function parseOptions<T extends Options>(args: string[], options: T) {
  const { values, positionals } = parseWords(args, options);
  if (positionals.length > 0) throw new UsageError(`Unexpected argument "${positionals[0]}".`);
  return values;
}

/** Like `parseOptions`, but also accepts positional arguments, such as the names of pictures. */
export function parseWords<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(wordsOf(error as Error));
  }
}

/** Node's message, without what it says about arguments that no command here takes. */
function wordsOf({ message }: Error): string {
  const option = /^Option '(--[\w-]+)[^']*' argument (?:missing|is ambiguous)/.exec(message)?.[1];
  if (option !== undefined) return `${option} needs a value. If the value starts with a dash, write ${option}=VALUE.`;
  return message.replace(/ To specify a positional argument [^]*/, '');
}

/** @throws UsageError if a required option is missing */
export function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing.`);
  return value;
}

/** @throws UsageError unless `value` is a whole number of at least `min` */
export function stepCount(value: string, option: string, min: 0 | 1): number {
  if (/^\d{1,15}$/.test(value) && Number(value) >= min) return Number(value);
  throw new UsageError(`${option} takes a whole number of steps, ${min} or more, not "${value}".`);
}

/** Parses `--device`; `auto` by default. @throws UsageError */
export function deviceOf(value = 'auto'): DeviceChoice {
  const { success, data } = DeviceChoice.safeParse(value);
  if (success) return data;
  throw new UsageError(`There is no device "${value}". The devices are ${DeviceChoice.options.join(', ')}.`);
}

/** The line about `--device` in usage texts. */
export const deviceUsage = `--device DEVICE         auto; cpu or gpu (TensorFlow's native library); wasm (WebAssembly); javascript (slow)`;

/**
 * Returns the value of a schema's result.
 * @throws UsageError with the schema's message
 */
export function valid<T>(
  result: { success: true; data: T } | { success: false; error: { issues: { message: string }[] } },
): T {
  if (result.success) return result.data;
  throw new UsageError(`${result.error.issues[0]?.message}.`);
}
