import { untrack } from 'svelte';
import type { MapData } from '@contract/digit-map';
import type { GreyImage } from '@contract/contract';
import { request } from '../bridge';
import type { Arranger, Layout, Listener, Method } from '../map/layouts';
import { bytesOf, floatsOf } from './decode';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';
import type { StudioView } from './studio-view.svelte';
import { TestImages } from './test-images.svelte';

/** The images on the map; the lists have an entry for each. */
export interface MapImages {
  model: MapData['model'];
  /** Identifies the dataset. */
  sha256: string;
  /** Indices in the test set. */
  indices: readonly number[];
  labels: Uint8Array;
  predictions: Uint8Array;
  probabilities: Float32Array;
  /** How many are read correctly. */
  correct: number;
}

interface Context {
  readonly view: StudioView;
  readonly recognition: Pick<Recognition, 'shown'>;
  readonly problems: Problems;
}

/** A map of test images as the network that reads sees them. Computed only while it is shown. */
export class DigitMapView {
  readonly #context: Context;
  readonly #makeArranger: (listener: Listener) => Arranger;
  #arranger: Arranger | null = null;
  /** What is arranged, or was last. */
  #data: MapData | null = null;
  #images = $state.raw<MapImages | null>(null);
  #layout = $state.raw<Layout | null>(null);
  #drawing = $state.raw<[number, number] | null>(null);
  #method = $state.raw<Method>('islands');
  readonly testImages: TestImages;

  /** @param makeArranger makes what arranges the images; called each time that the map is shown */
  constructor(context: Context, makeArranger: (listener: Listener) => Arranger) {
    this.#context = context;
    this.#makeArranger = makeArranger;
    this.testImages = new TestImages(context.problems);
  }

  /** null while there is no network, and before the first answer. */
  get images(): MapImages | null {
    return this.#images;
  }

  /** Where the images are; null before they are arranged. */
  get layout(): Layout | null {
    return this.#layout;
  }

  /** Where the drawing is, from -1 to 1; null if there is none. */
  get drawing(): [number, number] | null {
    return this.#drawing;
  }

  get method(): Method {
    return this.#method;
  }

  /** Whether islands must wait, since forming them would slow training down. */
  readonly mustWait = $derived.by(() => this.#context.view.isTraining);

  choose(method: Method): void {
    this.#method = method;
    this.#arrange();
  }

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#arranger = this.#makeArranger({
      onLayout: (layout) => {
        // A last one may have been on its way when the network was gone.
        if (this.#images !== null) this.#layout = layout;
      },
      onPlace: (point) => (this.#drawing = point),
    });
    // The caller is an effect, which must not run again for each answer.
    untrack(() => {
      // In training, a newer map takes some time.
      if (this.mustWait && this.#isOfActive) this.#arrange();
      this.follow();
      this.followDrawing();
    });
    return () => {
      this.#arranger?.close();
      this.#arranger = null;
      this.#layout = null;
      this.#drawing = null;
    };
  }

  /** Call it when another network is active or the active one has changed. */
  follow(): void {
    if (this.#arranger !== null) this.#ask();
  }

  /** Call it when the shown run was trained further. */
  followRun(): void {
    const { source, past, checkpoint } = this.#context.view.model;
    if (source === 'run' && past === null && checkpoint === null) this.follow();
  }

  /** Call it when training has begun or ended: islands form only while nothing is trained. */
  followTraining(): void {
    if (this.#arranger !== null && this.#arranged !== this.#methodNow) this.#arrange();
  }

  /** Call it when there is a new answer, or another network gives it. */
  followDrawing(): void {
    if (this.#arranger !== null) this.#place();
  }

  /** Whether the map is of the network that reads, or in training of one of its last steps. */
  get #isOfActive(): boolean {
    const { source, name, step } = this.#context.view.model;
    const model = this.#images?.model;
    return model?.source === source && model.name === name && (this.mustWait || model.step === step);
  }

  get #methodNow(): Method {
    return this.mustWait ? 'projection' : this.#method;
  }

  /** How the images were last arranged. */
  #arranged: Method | null = null;

  #arrange(): void {
    if (this.#data === null || this.#images === null) {
      this.#arranger?.arrange(null);
      this.#layout = null;
      return;
    }
    this.#arranged = this.#methodNow;
    const { units, unitScale, sha256, indices } = this.#data;
    const images = `${sha256} ${indices.length}`;
    this.#arranger?.arrange({ units, unitScale, labels: this.#images.labels, images, method: this.#arranged });
  }

  readonly #ask = newestOnly(async () => {
    try {
      const data = await request('getMapData');
      // A newer request was made, or there is no network.
      if (data === null && this.#context.view.model.source !== 'none') return;
      if (data?.sha256 !== this.#data?.sha256) this.testImages.forget();
      this.#data = data;
      this.#images = data && decode(data);
      this.#arrange();
      this.followDrawing();
    } catch (error) {
      this.#context.problems.reportError(error);
    }
  });

  readonly #place = newestOnly(async () => {
    const answer = this.#context.recognition.shown;
    const image: GreyImage | null = answer?.frame ? answer.preview : null;
    // Another network's units mean something else. Without a network there is no map either.
    const isKnown = image !== null && this.#isOfActive;
    const units = isKnown ? await request('getUnits', image).catch(() => null) : null;
    this.#arranger?.place(this.#isOfActive ? units : null);
  });
}

function decode({ model, sha256, indices, ...lists }: MapData): MapImages {
  const labels = bytesOf(lists.labels);
  const predictions = bytesOf(lists.predictions);
  const correct = labels.filter((label, i) => label === predictions[i]).length;
  return { model, sha256, indices, labels, predictions, probabilities: floatsOf(lists.probabilities), correct };
}
