/** The command line: the engine without a window. `npm run -s NAME -- OPTIONS` runs the command NAME. */
import { print } from './output';
import { runCommand } from './run-command';
import { flushWarnings, warn } from './standard-error';

const { status, usage, error } = await runCommand(process.argv.slice(2));
if (usage !== undefined) print(usage);
if (error !== undefined) warn(error);
await flushWarnings();
// TensorFlow's threads do not keep the process alive. An open worker or timer would, but there should be none.
process.exit(status);
