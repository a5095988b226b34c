import { isTraining } from '@contract/commands';
import type { ActiveModelView, FoundDigit, Model, PastStep, Prediction } from '@contract/recognition';
import { type CheckpointName, type Drawing, type NetworkParts, partCount } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import { UserError } from '../base/errors';
import { toGreyImage } from '../data/grey-image';
import type { MnistDataset } from '../data/mnist';
import type { Network } from '../network/network';
import type { Weights } from '../network/parameters';
import type { BundledModel } from '../recognition/bundled-model';
import type { Picture } from '../recognition/picture';
import type { Reader } from '../recognition/reading';
import { type Recognition, recognize, recognizePicture } from '../recognition/recognize';
import { findDigits } from '../recognition/several';
import type { Evaluation } from '../training/evaluate';
import { Calibrations } from './calibrations';
import { type ChosenNetwork, readNetwork } from './chosen-network';
import { EditedNetwork } from './edited-network';
import type { OpenRun } from './open-run';
import type { OpenWeights } from './open-weights';
import type { SessionState } from './session-state';

/** The network that reads drawings: that of the shown run or the open weights, unless another was chosen. */
export class ActiveModel {
  /** What was shown when the person chose the bundled model instead. The choice ends when something else is shown. */
  #declined: OpenRun | OpenWeights | null = null;

  /** The network of the past that the person chose, and what was shown then. Ends when something else is shown. */
  #chosenNetwork: (ChosenNetwork & { beside: OpenRun | OpenWeights | null }) | null = null;
  readonly #edited = new EditedNetwork();
  readonly calibrations: Calibrations;

  /** Counts the choices, so that a slow one does not replace a later one. */
  #choices = 0;

  constructor(
    private readonly state: Readonly<SessionState>,
    private readonly bundled: BundledModel | null,
    private readonly data: Pick<MnistDataset, 'train' | 'test'>,
  ) {
    this.calibrations = new Calibrations(data.train);
  }

  /** The active model and the alternatives, as the window shows them. */
  get view(): ActiveModelView {
    const { model } = this;
    const opened = this.#run?.name ?? this.state.weights?.model.name ?? null;
    const bundled = this.bundled?.model.name ?? null;
    const chosen = this.#ofPast;
    const isOther = chosen !== null || model.source === 'bundled';
    const alternative = opened === null ? null : isOther ? opened : bundled;
    const { switchedOff } = this;
    return { ...model, alternative, checkpoint: chosen?.checkpoint ?? null, past: chosen?.past ?? null, switchedOff };
  }

  /** Switches parts of the model off until another one is active. */
  switchOff(parts: NetworkParts): void {
    this.#edited.switchOff(parts, this.#modelName);
  }

  get switchedOff(): NetworkParts {
    return this.#edited.offIn(this.#modelName);
  }

  choose(choice: 'opened' | 'bundled'): void {
    this.#choices++;
    this.#forgetChosen();
    this.#declined = choice === 'bundled' && this.bundled ? this.#shown : null;
  }

  /** Lets a checkpoint's network read drawings; the shown run stays shown. @throws UserError saying what is wrong with it */
  async chooseCheckpoint(store: CheckpointStore, checkpoint: CheckpointName): Promise<void> {
    const isWanted = this.beginChoice();
    const read = await readNetwork(store, checkpoint);
    await this.calibrations.atRest(read.network, read.model.step);
    if (isWanted()) this.choosePast(read);
    else read.network.dispose();
  }

  /** Call it before a choice that takes some time. @returns whether no later choice was made, and the same is shown */
  beginChoice(): () => boolean {
    const choice = ++this.#choices;
    const shown = this.#shown;
    return () => choice === this.#choices && shown === this.#shown;
  }

  /** Makes a network of the past read drawings; what is shown stays. The network is freed when the choice ends. */
  choosePast(chosen: ChosenNetwork): void {
    this.#forgetChosen();
    this.#chosenNetwork = { ...chosen, beside: this.#shown };
  }

  /** Notes whether the chosen step equals the run bit for bit. */
  notePast(past: PastStep): void {
    if (this.#chosenNetwork?.past) this.#chosenNetwork.past = past;
  }

  /** Frees the chosen network. */
  dispose(): void {
    this.#choices++;
    this.#forgetChosen();
    this.#edited.dispose();
  }

  get model(): Model {
    const past = this.#ofPast;
    if (past) return past.model;
    const { run, weights } = this.#chosen;
    if (run) {
      const { trainer, name } = run;
      const correct = trainer.history.testCorrect.at(-1);
      const testAccuracy = correct === undefined ? null : correct / this.data.test.count;
      return { source: 'run', name, step: trainer.step, testAccuracy, penAccuracy: null };
    }
    const none: Model = { source: 'none', name: '', step: 0, testAccuracy: null, penAccuracy: null };
    return weights?.model ?? this.bundled?.model ?? none;
  }

  /** Calibrates the model unless it is being trained. @returns whether it has a new calibration */
  async calibrate(): Promise<boolean> {
    const network = this.#ownNetwork;
    return network !== null && !this.isTraining && this.calibrations.atRest(network, this.model.step);
  }

  recognize(drawing: Drawing): Prediction {
    return this.#predictionOf(recognize(this.reader, drawing));
  }

  recognizePicture(picture: Picture): Prediction {
    return this.#predictionOf(recognizePicture(this.reader, picture));
  }

  /** See the request `findDigits`. @throws UserError `not-now` if there is no network */
  findDigits(picture: Picture): FoundDigit[] {
    return findDigits(this.requireReader(), picture).map(({ pixels, digit }) => ({
      pixels: toGreyImage(pixels),
      digit,
    }));
  }

  /** The model's newest test since it was opened, or null. A run may have been trained since. */
  get lastTest(): { step: number; evaluation: Evaluation } | null {
    const { run, weights } = this.#chosen;
    if (run) return run.lastTest;
    return weights?.evaluation ? { step: 0, evaluation: weights.evaluation } : null;
  }

  /** Whether the model is being trained. */
  get isTraining(): boolean {
    const { run } = this.#chosen;
    return run !== null && isTraining(run.state);
  }

  /** A copy of its weights. @throws UserError `not-now` if there is no network */
  get weights(): Weights {
    return this.requireReader().network.weights();
  }

  /** As `weights`, but with all parts on. */
  get wholeWeights(): Weights {
    const network = this.#ownNetwork ?? this.bundled?.network ?? this.requireReader().network;
    return network.weights();
  }

  /** @throws UserError `not-now` if there is no network */
  requireReader(): Reader {
    const reader = this.reader;
    if (!reader) throw new UserError('not-now', 'There is no network yet. Start training, or open weights.');
    return reader;
  }

  /**
   * The network of the shown run, at the step that the person chose, or of the shown weights; null if it is untrained
   * or nothing is shown.
   */
  get trainedNetwork(): Network | null {
    const run = this.#run;
    const hasLearned = run && (run.trainer.step > 0 || run.identity.origin);
    const past = this.#ofPast?.past ? this.#ofPast.network : null;
    const network = past ?? (hasLearned ? run.trainer.network : (this.state.weights?.network ?? null));
    return network !== null && network === this.#ownNetwork ? this.#edit(network) : network;
  }

  #predictionOf({ preview, parts, ...recognition }: Recognition): Prediction {
    // Weights that are too large give probabilities that are not finite.
    const areNumbers = recognition.probabilities.every(Number.isFinite);
    const nothing = { digit: null, probabilities: recognition.probabilities.map(() => 0) };
    return {
      ...recognition,
      ...(!areNumbers && nothing),
      preview: toGreyImage(preview),
      parts: parts.map(({ digit, probabilities, frame, box, preview: ofPart }) => ({
        digit,
        probabilities,
        frame,
        box,
        preview: toGreyImage(ofPart),
      })),
      model: this.model,
    };
  }

  /** The network that `model` describes, with its calibration, without what is switched off. */
  get reader(): Reader | null {
    const own = this.#ownNetwork;
    const reader = own ? { network: own, calibration: this.calibrations.of(own) } : this.bundled;
    return reader && partCount(this.switchedOff) > 0 ? { ...reader, network: this.#edit(reader.network) } : reader;
  }

  #edit(network: Network): Network {
    return this.#edited.copyOf(network, this.#modelName, this.model.step);
  }

  /** The same for all steps of a run. A run of another folder may have the same name. */
  get #modelName(): string {
    const { source, name } = this.model;
    const id = source === 'run' ? (this.state.runs.shown?.identity.id ?? '') : '';
    return `${source} ${name} ${id}`;
  }

  /** The network that `model` describes; null if that is the bundled model, or there is none. */
  get #ownNetwork(): Network | null {
    const { run, weights } = this.#chosen;
    return this.#ofPast?.network ?? run?.trainer.network ?? weights?.network ?? null;
  }

  get #shown(): OpenRun | OpenWeights | null {
    return this.state.runs.shown ?? this.state.weights;
  }

  /** The chosen network of the past. */
  get #ofPast(): ChosenNetwork | null {
    return this.#chosenNetwork?.beside === this.#shown ? this.#chosenNetwork : null;
  }

  #forgetChosen(): void {
    this.#chosenNetwork?.network.dispose();
    this.#chosenNetwork = null;
  }

  /** The shown run or weights, unless the person chose the bundled model or a network of the past instead. */
  get #chosen(): { run: OpenRun | null; weights: OpenWeights | null } {
    if (this.#ofPast) return { run: null, weights: null };
    const run = this.#run;
    const { weights } = this.state;
    return {
      run: run === this.#declined ? null : run,
      weights: weights === this.#declined ? null : weights,
    };
  }

  /** The shown run, unless its weights are no longer finite. */
  get #run(): OpenRun | null {
    const { shown } = this.state.runs;
    return shown?.problem?.code === 'diverged' ? null : shown;
  }
}
