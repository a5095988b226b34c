import { hash } from 'node:crypto';
import type { RunOrigin } from '@contract/contract';
import type { LessonResult, LessonTest } from '@contract/lessons';
import type { LabelledDrawing } from '@contract/recognition';
import { type RunConfig, defaultConfig } from '@contract/schemas';
import { lessonTest, lessonVerdict } from '../analysis/lesson-test';
import { UserError } from '../base/errors';
import { encodeSafetensors } from '../checkpoints/safetensors';
import type { LabelledImages, MnistDataset } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import type { BundledModel } from '../recognition/bundled-model';
import { imagesOf } from '../recognition/test-drawings';
import { evaluateInTurns } from '../training/evaluate';
import { makeLesson } from '../training/lesson';
import type { ActiveModel } from './active-model';
import type { OpenRun } from './open-run';
import { otherHands } from './other-hands';
import type { CarryOut } from './queue-commands';
import type { Beginning } from './run-factory';
import type { RunTraining } from './run-training';
import { type SessionState, requireStore } from './session-state';

interface Parts {
  state: SessionState;
  activeModel: ActiveModel;
  bundled: BundledModel | null;
  data: MnistDataset;
  training: RunTraining;
  command: CarryOut;
}

/** A lesson is one short epoch; a faster one forgets more. */
const config: RunConfig = { ...defaultConfig, epochs: 1, learningRate: 0.002, momentum: 0.9 };

const BATCH = 250;

/** Teaches the network that reads drawings a person's own digits, and says what that changed. */
export class Lessons {
  /** The last result, which belongs to a run's step. */
  #last: { run: OpenRun; step: number; tests: Promise<Tests> } | null = null;

  constructor(private readonly parts: Parts) {}

  /**
   * Starts a run that teaches the network that reads drawings.
   * @param drawings all of the person's; those that are held out are never trained on
   * @throws UserError `too-few-drawings`, `folder-unusable`; `not-now` if there is no network
   */
  teach(drawings: LabelledDrawing[]): Promise<void> {
    const { state, training, command, data } = this.parts;
    return command('start', async () => {
      const store = requireStore(state);
      const beginning = this.#beginning();
      const images = {
        drawings: imagesOf(drawings.filter(({ heldOut }) => !heldOut)),
        heldOut: imagesOf(drawings.filter(({ heldOut }) => heldOut)),
        otherHands: await otherHands('rehearsed'),
      };
      await training.startLesson(store, config, beginning, await makeLesson(data, images, config.seed));
    });
  }

  /**
   * Tests the network of the shown run's newest step against the one that it started from.
   * @returns null if no finished lesson is shown
   * @throws UserError `step-not-kept` if the network that it started from is gone
   */
  async result(): Promise<LessonResult | null> {
    const run = this.parts.state.runs.shown;
    const lesson = run?.trainer.data.lesson;
    if (!run || !lesson || run.state !== 'finished') return null;
    const { step } = run.trainer;
    if (this.#last?.run !== run || this.#last.step !== step) this.#last = { run, step, tests: this.#test(run) };
    const tests = await this.#last.tests;
    const { name } = lesson.base;
    return {
      run: run.name,
      step,
      drawings: lesson.drawings.count,
      ...tests,
      dataset: { ...tests.dataset, name },
      verdict: lessonVerdict({ ...tests, dataset: { ...tests.dataset, name } }),
      network: 'after',
    };
  }

  async #test(run: OpenRun): Promise<Tests> {
    const before = await this.#networkBefore(run);
    const after = createNetwork(run.trainer.network.weights());
    try {
      const { lesson, test } = run.trainer.data;
      return {
        own: await compare(before, after, lesson!.heldOut),
        dataset: await compare(before, after, test),
        otherHands: await compare(before, after, await otherHands('tested')),
      };
    } finally {
      before.dispose();
      after.dispose();
    }
  }

  async #networkBefore({ name, identity }: OpenRun): Promise<Network> {
    const beginning = await requireStore(this.parts.state).stateUpTo({ run: name, runId: identity.id }, 0);
    if (beginning) return createNetwork(beginning.weights);
    throw new UserError(
      'step-not-kept',
      `What ${name} changed cannot be tested, because the network that it started from is no longer in its folder.`,
    );
  }

  /** The weights of the network that reads drawings, and where they come from. */
  #beginning(): { beginning: Beginning; origin: RunOrigin } {
    const { activeModel, bundled, state } = this.parts;
    const weights = activeModel.wholeWeights;
    const { source, name, step } = activeModel.model;
    const sha256 = hash('sha256', encodeSafetensors(weights), 'hex');
    if (source === 'bundled') {
      return { beginning: { weights, momentum: null, origin: bundled!.origin }, origin: { builtIn: true } };
    }
    const file = source === 'run' ? `${name}, step ${step}` : name;
    const origin = source === 'run' ? { run: name, step } : { file };
    return {
      beginning: { weights, momentum: null, origin: state.weights?.content.origin ?? { file, sha256 } },
      origin,
    };
  }
}

type Tests = Record<'own' | 'dataset' | 'otherHands', LessonTest>;

/** Yields to training and requests. */
async function compare(before: Network, after: Network, set: LabelledImages): Promise<LessonTest> {
  const evaluate = async (network: Network) => (await evaluateInTurns(network, set, BATCH, () => true))!;
  return lessonTest(set, await evaluate(before), await evaluate(after));
}
