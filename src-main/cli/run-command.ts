import { OtherDataError, UserError } from '../base/errors';
import { UsageError } from './options';

interface Command {
  usage: string;
  /** Sets `process.exitCode` if it failed in part. */
  run: (args: string[]) => Promise<void>;
}

/** How a command ended. */
export interface Ending {
  /** The exit status: 0, 1 for a failure, 2 for wrong usage. */
  status: number;
  /** The usage that was asked for; a command prints its results itself. */
  usage?: string;
  /** What went wrong. */
  error?: string;
}

/** Commands are loaded on demand: a library that `export` uses would end the process on Ctrl+C, which must pause `train`. */
const commands: Record<string, () => Promise<Command>> = {
  train: () => import('./train'),
  evaluate: () => import('./evaluate'),
  recognize: () => import('./recognize'),
  export: () => import('./export'),
  replay: () => import('./replay'),
  'bundled-model': () => import('./bundled-model/index'),
};

/** @param words the command's name and its arguments */
export async function runCommand([name = '', ...args]: string[]): Promise<Ending> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const known = `There is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.`;
    const usage = 'Usage: npm run -s COMMAND -- OPTIONS. "npm run -s COMMAND -- --help" lists a command\'s options.';
    return { status: 2, error: `${known}\n${usage}` };
  }
  const command = await load();
  const usage = `Usage: ${command.usage}`;
  if (args.includes('--help') || args.includes('-h')) return { status: 0, usage };
  try {
    await command.run(args);
    return { status: Number(process.exitCode ?? 0) };
  } catch (error) {
    if (error instanceof UsageError) return { status: 2, error: `${error.message}\n${usage}` };
    return { status: 1, error: reasonFor(error) };
  }
}

function reasonFor(error: unknown): string {
  if (error instanceof OtherDataError) return `${error.message} Name the run's data with --data and --images.`;
  return error instanceof UserError ? error.message : String((error as Error).stack ?? error);
}
