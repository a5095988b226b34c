import { hash } from 'node:crypto';
import type { RunOrigin } from '@contract/contract';
import type { LessonChoice, LessonNetwork, LessonResult, LessonTest } from '@contract/lessons';
import type { LabelledDrawing } from '@contract/recognition';
import { type ModelChoice, type RunConfig, defaultConfig } from '@contract/schemas';
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
  /** See `Session.readWith`. */
  readWith: (choice: ModelChoice) => Promise<unknown>;
}

/** A lesson is one short epoch; a faster one forgets more. */
const config: RunConfig = { ...defaultConfig, epochs: 1, learningRate: 0.001, momentum: 0.9 };

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
   * Tests the network of the shown lesson against the one that it started from. If nothing was gained, the latter reads
   * drawings from then on.
   * @returns null if no finished lesson is shown
   * @throws UserError `step-not-kept` if the network that it started from is gone
   */
  async result(): Promise<LessonResult | null> {
    const run = this.#finished;
    if (run === null) return null;
    const { step } = run.trainer;
    if (this.#last?.run !== run || this.#last.step !== step) this.#last = { run, step, tests: this.#test(run) };
    const tests = await this.#last.tests;
    const { drawings, base } = run.trainer.data.lesson!;
    const verdict = lessonVerdict(tests);
    const chosen = await this.#chosen(run);
    const network = chosen ?? (verdict === 'gained' ? 'after' : 'before');
    if (chosen === null) await this.choose({ run: run.name, network });
    return { run: run.name, step, drawings: drawings.count, base: base.name, ...tests, verdict, network };
  }

  /** Makes one of the shown lesson's two networks read drawings, now and whenever the run is opened. */
  async choose({ run: name, network }: LessonChoice): Promise<void> {
    const run = this.#finished;
    if (run?.name !== name) return;
    const lesson = { network, step: run.trainer.step };
    // In a read-only folder the choice lasts until the run is closed.
    await requireStore(this.parts.state)
      .describe(name, { lesson })
      .catch(() => undefined);
    await this.#use(run, network);
  }

  /** Makes the chosen network read drawings, after a run was opened. */
  async applyChoice(): Promise<void> {
    const run = this.#finished;
    if (run && (await this.#chosen(run)) === 'before') await this.#use(run, 'before').catch(() => undefined);
  }

  /** The lesson that is shown, if it is finished. */
  get #finished(): OpenRun | null {
    const run = this.parts.state.runs.shown;
    return run?.trainer.data.lesson && run.state === 'finished' ? run : null;
  }

  /** @returns null if nothing was chosen since the run was trained last */
  async #chosen({ name, trainer }: OpenRun): Promise<LessonNetwork | null> {
    const { lesson } = await requireStore(this.parts.state).description(name);
    return lesson?.step === trainer.step ? lesson.network : null;
  }

  async #use(run: OpenRun, network: LessonNetwork): Promise<void> {
    const { activeModel, bundled, readWith } = this.parts;
    const isOfBundled = bundled !== null && run.identity.origin?.sha256 === bundled.origin.sha256;
    if (network === 'before') await readWith(isOfBundled ? 'bundled' : { run: run.name, step: 0 });
    // A person may have chosen another network meanwhile.
    else if (activeModel.view.alternative === run.name) await readWith('opened');
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
