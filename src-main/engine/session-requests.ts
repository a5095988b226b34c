/** The requests that a training session answers, for `engine.ts`. */
import type { Convolution } from '@contract/convolution';
import type { MapData } from '@contract/digit-map';
import type { PartRanking } from '@contract/part-ranking';
import type { Insight, Prediction } from '@contract/recognition';
import type { Results } from '@contract/results';
import { type RunFolder, describeRunFolder } from '../checkpoints/run-folder';
import { fromGreyImage } from '../data/grey-image';
import { exportModel } from '../exchange/export';
import { readWeightsFile } from '../exchange/weights-file';
import { convolutionAt } from '../recognition/convolution';
import { lookInside } from '../recognition/insight';
import { testDrawings } from '../recognition/test-drawings';
import { setRunDetails } from '../session/run-details';
import type { Session } from '../session/session';
import { requireStore } from '../session/session-state';
import type { EngineArgument, EngineReply } from './protocol';

export abstract class SessionRequests {
  /** @throws UserError `not-now` if there is none yet */
  protected abstract get session(): Session;

  async start(config: EngineArgument<'start'>): Promise<undefined> {
    await this.session.start(config);
  }

  async startFrom({ config, from }: EngineArgument<'startFrom'>): Promise<undefined> {
    await this.session.startFrom(config, from);
  }

  async enqueue(start: EngineArgument<'enqueue'>): Promise<undefined> {
    await this.session.queue.add(start);
  }

  async tryChange(trial: EngineArgument<'tryChange'>): Promise<undefined> {
    await this.session.queue.addTrial(trial);
  }

  async takeBack(ids: EngineArgument<'takeBack'>): Promise<undefined> {
    await this.session.queue.takeBack(ids);
  }

  async startNext(): Promise<undefined> {
    await this.session.queue.startNext();
  }

  async setRunDetails({ run, name, note }: EngineArgument<'setRunDetails'>): Promise<undefined> {
    const { session } = this;
    await setRunDetails(requireStore(session), { run, name, note });
    await session.events.sendRuns();
  }

  async pause(): Promise<undefined> {
    await this.session.pause();
  }

  async resume(): Promise<undefined> {
    await this.session.resume();
  }

  async addEpochs(epochs: number): Promise<undefined> {
    await this.session.addEpochs(epochs);
  }

  async openRun(run: string): Promise<undefined> {
    await this.session.openRun(run);
  }

  async openWeightsFile(file: string): Promise<undefined> {
    await this.session.openWeights(await readWeightsFile(file));
  }

  async exportModelTo(path: string): Promise<undefined> {
    await exportModel(this.session.activeModel.weights, path);
  }

  async openStep(wanted: EngineArgument<'openStep'>): Promise<undefined> {
    await this.session.openStep(wanted);
  }

  async openCheckpoint({ run, name }: EngineArgument<'openCheckpoint'>): Promise<undefined> {
    await this.session.openCheckpoint(run, name);
  }

  describeRun(run: string): Promise<RunFolder> {
    return describeRunFolder(requireStore(this.session), run);
  }

  releaseRun(run: string): Promise<boolean> {
    return this.session.releaseRun(run);
  }

  async discardRun(): Promise<undefined> {
    await this.session.discard();
  }

  async forgetRun(run: string): Promise<undefined> {
    await requireStore(this.session).noteRemoved(run);
    await this.session.events.sendRuns();
  }

  newSamples(): undefined {
    this.session.events.newSamples();
  }

  recognize(drawing: EngineArgument<'recognize'>): Prediction {
    return this.session.activeModel.recognize(drawing);
  }

  recognizeImage({ width, height, pixels }: EngineArgument<'recognizeImage'>): Prediction {
    const values = Buffer.from(pixels, 'base64');
    return this.session.activeModel.recognizePicture({ width, height, values });
  }

  findDigits({ width, height, pixels }: EngineArgument<'findDigits'>): EngineReply<'findDigits'> {
    return this.session.activeModel.findDigits({ width, height, values: Buffer.from(pixels, 'base64') });
  }

  readWith(choice: EngineArgument<'readWith'>): Promise<EngineReply<'readWith'>> {
    return this.session.readWith(choice);
  }

  takeApart(wanted: EngineArgument<'takeApart'>): Promise<EngineReply<'takeApart'>> {
    return this.session.slowMotion.partsOf(wanted);
  }

  switchOff(parts: EngineArgument<'switchOff'>): undefined {
    this.session.switchOff(parts);
  }

  setSnapshotRoom(room: EngineArgument<'setSnapshotRoom'>): undefined {
    if (this.session.store) this.session.store.snapshotRoom = room;
  }

  getSnapshotBytes(run: string): number {
    return requireStore(this.session).snapshotBytes(run);
  }

  removeSnapshots(run: string): undefined {
    requireStore(this.session).removeSnapshots(run);
  }

  rankParts(): Promise<PartRanking | null> {
    return this.session.partsRanker.rank();
  }

  stopRanking(): undefined {
    this.session.partsRanker.stop();
  }

  getMapData(): Promise<MapData | null> {
    return this.session.digitMap.get();
  }

  getUnits(image: EngineArgument<'getUnits'>): string {
    return this.session.digitMap.unitsOf(fromGreyImage(image));
  }

  getAccuracy(): Promise<EngineReply<'getAccuracy'>> {
    return this.session.results.accuracy();
  }

  lookInside(image: EngineArgument<'lookInside'>): Insight {
    return lookInside(this.session.activeModel.weights, fromGreyImage(image));
  }

  convolve({ image, place }: EngineArgument<'convolve'>): Convolution {
    return convolutionAt(this.session.activeModel.weights, fromGreyImage(image), place);
  }

  explainInk(drawing: EngineArgument<'explainInk'>): Promise<EngineReply<'explainInk'>> {
    return this.session.inkExplanations.effects(drawing);
  }

  findStroke({ drawing, digit }: EngineArgument<'findStroke'>): Promise<EngineReply<'findStroke'>> {
    return this.session.inkExplanations.turningStroke(drawing, digit);
  }

  endStrokeSearch(): undefined {
    this.session.inkExplanations.endStrokeSearch();
  }

  getResults(): Promise<Results | null> {
    return this.session.results.get();
  }

  compareRuns(refs: EngineArgument<'compareRuns'>): Promise<EngineReply<'compareRuns'>> {
    return this.session.comparison.compare(refs);
  }

  compareAnswers([first, second]: EngineArgument<'compareAnswers'>): Promise<EngineReply<'compareAnswers'>> {
    return this.session.answersComparison.compare(first, second);
  }

  getTrial(id: string): Promise<EngineReply<'getTrial'>> {
    return this.session.comparison.trial(id);
  }

  comparisonCsv(refs: EngineArgument<'comparisonCsv'>): Promise<string> {
    return this.session.comparison.csv(refs);
  }

  testDrawings(drawings: EngineArgument<'testDrawings'>): EngineReply<'testDrawings'> {
    const { session } = this;
    return { ...testDrawings(session.activeModel.requireReader().network, drawings), model: session.activeModel.model };
  }

  resultsOfDrawings(drawings: EngineArgument<'resultsOfDrawings'>): Promise<Results | null> {
    return this.session.results.ofDrawings(drawings);
  }

  async teachDrawings(drawings: EngineArgument<'teachDrawings'>): Promise<undefined> {
    await this.session.lessons.teach(drawings);
  }

  getLessonResult(): Promise<EngineReply<'getLessonResult'>> {
    return this.session.lessons.result();
  }

  async chooseLessonNetwork(choice: EngineArgument<'chooseLessonNetwork'>): Promise<undefined> {
    await this.session.lessons.choose(choice);
  }

  runLog(): EngineReply<'runLog'> {
    return this.session.runLog;
  }

  shownRun(): string {
    return this.session.shownRun;
  }

  historyCsv(): string {
    return this.session.historyCsv;
  }
}
