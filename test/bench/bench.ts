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
import { measureEngine, measurePeer } from './programs';
import { type Spread, quantile, spreadOf } from './statistics';
import { type Smoothness, type WindowFigures, measureWindow } from './window';

interface Peer {
  script: string;
  /** Milliseconds per step. */
  step: Spread;
  /** The time per step, relative to ours. */
  ratio: Spread;
}

interface Figures {
  machine: { processor: string; threads: number; memoryGb: number; system: string };
  versions: { application: string; device: string; node: string };
  settings: typeof defaultConfig & { rounds: number };
  training: {
    /** Milliseconds per step, including everything between the steps, without checkpoints. */
    step: Spread;
    imagesPerSecond: Spread;
    /** The time that checkpoints every 10 steps add, as a fraction. */
    checkpointCost: Spread;
    /** The time that augmentation adds, as a fraction. */
    augmentationCost: Spread;
    evaluationImagesPerSecond: Spread;
  };
  peers: Peer[];
  growth: GrowthFigures;
  window: WindowFigures;
}

const USAGE = 'Usage: npm run -s bench -- [--rounds N] [--json FILE] [--peer PYTHON SCRIPT ...]';

async function measure(rounds: number, python: string | undefined, scripts: string[]): Promise<Figures> {
  const ours: TrainingFigures[] = [];
  const theirs = scripts.map((script) => ({ script, steps: [] as number[] }));
  for (let round = 1; round <= rounds; round++) {
    tell(`Training, round ${round} of ${rounds}`);
    ours.push(await measureEngine<TrainingFigures>('training'));
    for (const { script, steps } of theirs) steps.push(await measurePeer(python!, script));
  }
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
    growth,
    window,
  };
}

function tableOf({ machine, versions, training, peers, growth, window }: Figures): string {
  const spread = ({ median, p10, p90 }: Spread, show: (value: number) => string) =>
    `${show(median)}  (${show(p10)} to ${show(p90)})`;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const percent = (value: number) => `${(100 * value).toFixed(1)}%`;
  const times = (value: number) => `${value.toFixed(2)} x`;
  const smoothnessRows = (when: string, { mainLoopDelay, framesPerSecond, frame }: Smoothness): [string, string][] => [
    [`Main loop delay ${when}`, `${ms(mainLoopDelay.p50)}, p99 ${ms(mainLoopDelay.p99)}, max ${ms(mainLoopDelay.max)}`],
    [`Frames per second ${when}`, `${framesPerSecond.toFixed(1)}, p99 ${ms(frame.p99)} from one to the next`],
  ];
  const rows: [string, string][] = [
    ['Training step, batch 64', spread(training.step, ms)],
    ['Training, images per second', spread(training.imagesPerSecond, whole)],
    ['Checkpoints every 10 steps add', spread(training.checkpointCost, percent)],
    ['Augmentation adds', spread(training.augmentationCost, percent)],
    ['Testing, images per second', spread(training.evaluationImagesPerSecond, whole)],
    ...peers.flatMap(({ script, step, ratio }): [string, string][] => [
      [`${script}, step`, spread(step, ms)],
      [`${script}, relative to ours`, spread(ratio, times)],
    ]),
    ...Object.entries(growth.batchSizes).map(([size, rate]): [string, string] => [
      `Training at batch ${size}, images per second`,
      whole(rate),
    ]),
    ...Object.entries(growth.epochs).map(([count, seconds]): [string, string] => [
      `An epoch of ${whole(Number(count))} images`,
      `${seconds.toFixed(2)} s`,
    ]),
    ['Memory after 5 epochs, after 50', `${whole(growth.memory.after5)} MB, ${whole(growth.memory.after50)} MB`],
    ['Start to usable window, cold', `${whole(window.startCold)} ms`],
    ['Start to usable window, warm', `${whole(window.startWarm)} ms`],
    ['Training in the window, steps per second', whole(window.stepsPerSecond)],
    ...smoothnessRows('while training', window),
    ...window.longRuns.flatMap((longRun) => smoothnessRows(`with ${whole(longRun.points)} points, drawing`, longRun)),
    ['Drawing to answer, idle', `${ms(window.drawing.idle.p50)}, p95 ${ms(window.drawing.idle.p95)}`],
    ['Drawing to answer, while training', `${ms(window.drawing.training.p50)}, p95 ${ms(window.drawing.training.p95)}`],
    ['Memory of all processes', `${whole(window.memory)} MB`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${machine.processor}, ${machine.threads} threads, ${machine.memoryGb} GB, ${machine.system}`,
    `Digit Studio ${versions.application}, ${versions.device}, Node ${versions.node}`,
    'Medians, with the 10th and 90th percentile in brackets',
    '',
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
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
