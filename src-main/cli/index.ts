/** The command line: the engine without a window. `npm run -s NAME -- OPTIONS` runs the command NAME. */
import { UserError } from '../base/errors';
import { UsageError } from './options';
import { print } from './output';
import { flushWarnings, warn } from './standard-error';

interface Command {
  usage: string;
  /** Sets `process.exitCode` if it failed in part. */
  run: (args: string[]) => Promise<void>;
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

async function main([name = '', ...args]: string[]): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    warn(`There is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.`);
    warn('Usage: npm run -s COMMAND -- OPTIONS. "npm run -s COMMAND -- --help" lists a command\'s options.');
    return 2;
  }
  const { usage, run } = await load();
  if (args.includes('--help') || args.includes('-h')) {
    print(`Usage: ${usage}`);
    return 0;
  }
  try {
    await run(args);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof UsageError) {
      warn(`${error.message}\nUsage: ${usage}`);
      return 2;
    }
    warn(error instanceof UserError ? error.message : String((error as Error).stack ?? error));
    return 1;
  }
}

// TensorFlow's threads do not keep the process alive. An open worker or timer would, but there should be none.
const status = await main(process.argv.slice(2));
await flushWarnings();
process.exit(status);
