/**
 * Measures the application on this machine and prints a table:
 *
 *     npm run -s bench -- [--rounds 5] [--json FILE] [--peer PYTHON SCRIPT ...]
 *
 * With `--peer`, training scripts and ours take turns, an epoch each, and the table has the ratios. A ratio is the median
 * of the rounds' ratios, so that a temporary slowdown of the machine affects both sides.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { defaultConfig } from '../../src-preload/schemas';
import type { GrowthFigures, TrainingFigures } from './engine';
import type { LearningFigures } from './learning';
import type { LimitFigures } from './limit';
import { measureEngine, measurePeer } from './programs';
import { quantile, spreadOf, unevenness } from './statistics';
import { type Figures, tableOf } from './table';
import type { WebAssemblyFigures } from './webassembly';
import { measureWindow } from './window';

const USAGE = 'Usage: npm run -s bench -- [--rounds N] [--json FILE] [--peer PYTHON SCRIPT ...]';

async function measure(rounds: number, python: string | undefined, scripts: string[]): Promise<Figures> {
  const ours: TrainingFigures[] = [];
  const theirs = scripts.map((script) => ({ script, steps: [] as number[] }));
  for (let round = 1; round <= rounds; round++) {
    tell(`Training, round ${round} of ${rounds}`);
    ours.push(await measureEngine<TrainingFigures>('training'));
    for (const { script, steps } of theirs) steps.push(await measurePeer(python!, script));
  }
  tell("The processor's limit");
  const limit = await measureEngine<LimitFigures>('limit');
  tell('Learning');
  const learning = await measureEngine<LearningFigures>('learning');
  tell('WebAssembly');
  const webassembly = await measureEngine<WebAssemblyFigures>('webassembly');
  tell('Growth');
  const growth = await measureEngine<GrowthFigures>('growth');
  tell('The window');
  const window = await measureWindow();

  const ofRounds = ours.map(({ step }) => quantile(step, 0.5));
  const steps = ours.flatMap(({ step }) => step);
  return {
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      threads: availableParallelism(),
      memoryGb: Math.round(totalmem() / 1e9),
      system: `${process.platform} ${process.arch}`,
    },
    versions: { application: packageJson.version, device: ours[0]!.device, node: process.version },
    settings: { ...defaultConfig, rounds },
    training: {
      step: spreadOf(steps),
      imagesPerSecond: spreadOf(steps.map((step) => (defaultConfig.batchSize / step) * 1000)),
      checkpointCost: spreadOf(
        ours.flatMap(({ step, stepWithCheckpoints }) =>
          step.map((without, i) => stepWithCheckpoints[i]! / without - 1),
        ),
      ),
      augmentationCost: spreadOf(
        ours.flatMap(({ step, stepWithAugmentation }) =>
          step.map((without, i) => stepWithAugmentation[i]! / without - 1),
        ),
      ),
      evaluationImagesPerSecond: spreadOf(ours.flatMap(({ evaluation }) => evaluation)),
    },
    peers: theirs.map(({ script, steps }) => ({
      script: basename(script),
      step: spreadOf(steps),
      ratio: spreadOf(steps.map((step, round) => step / ofRounds[round]!)),
    })),
    unevenness: Object.fromEntries([
      ['Digit Studio', unevenness(ofRounds)],
      ...theirs.map(({ script, steps }) => [basename(script), unevenness(steps)] as const),
    ]),
    limit,
    learning,
    webassembly,
    growth,
    window,
  };
}

function tell(line: string): void {
  process.stderr.write(`${line} ...\n`);
}

async function main(): Promise<void> {
  const options = { rounds: { type: 'string' }, json: { type: 'string' }, peer: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds must be a whole number of at least 1. ${USAGE}`);
  if ((values.peer === undefined) !== (positionals.length === 0)) throw new Error(USAGE);
  const figures = await measure(rounds, values.peer, positionals);
  process.stdout.write(`${tableOf(figures)}\n`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
