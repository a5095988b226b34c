import { UNIT_COUNT } from '@contract/digit-map';
import { bytesOf, floatsOf } from '../state/decode';
import { islands } from './islands';
import { type Overlap, largestOverlap, placeBetween } from './neighbours';
import { type Projection, fit, move, moveProjection, principalComponents, project } from './projection';

/** How the images are arranged: as a shadow of the 50 numbers (PCA), or by likeness (UMAP). */
export type Method = 'projection' | 'islands';

export interface Job {
  /** count x 50 bytes, as base64. */
  units: string;
  /** What a byte is multiplied with. */
  unitScale: number;
  labels: Uint8Array;
  /** Identifies the images. Maps of the same images are turned so that they do not jump. */
  images: string;
  method: Method;
}

export interface Layout {
  method: Method;
  /** count x 2, from -1 to 1. */
  points: Float32Array;
  overlap: Overlap | null;
  /** False while the islands still form. */
  isDone: boolean;
}

/** What a map's arrangement needs; in the window, a worker does it. */
export interface Arranger {
  /** Arranges images instead of those before; null for none. */
  arrange(job: Job | null): void;
  /** Places a further image among them: 50 float32 values as base64; null for none. */
  place(units: string | null): void;
  close(): void;
}

export interface Listener {
  /** Called when images are arranged; for islands, also while they form. */
  onLayout: (layout: Layout) => void;
  /** Called when the further image is placed. */
  onPlace: (point: [number, number] | null) => void;
}

/** The interval between two pictures of islands that form, in milliseconds. */
const INTERVAL = 100;

export class Layouts implements Arranger {
  #jobs = 0;
  #images: string | null = null;
  #units: Float32Array = new Float32Array();
  #unitScale = 1;
  #points: Float32Array | null = null;
  /** null if the points are not a projection. */
  #projection: Projection | null = null;
  #placed: string | null = null;

  constructor(private readonly listener: Listener) {}

  arrange(job: Job | null): void {
    this.#jobs++;
    if (job !== null) void this.#arrange(job, this.#jobs);
  }

  place(units: string | null): void {
    this.#placed = units;
    this.#tellPlace();
  }

  close(): void {
    this.#jobs++;
  }

  async #arrange({ units: text, unitScale, labels, images, method }: Job, job: number): Promise<void> {
    this.#unitScale = unitScale;
    const units = new Float32Array(bytesOf(text)).map((byte) => unitScale * byte);
    const isFurther = images === this.#images;
    this.#images = images;
    // Islands keep their form until new ones begin to form.
    if (method === 'projection' || !isFurther) this.#showProjection(units, labels, method === 'projection');
    if (method === 'projection') return;
    // Lets a newer job in.
    await turn();
    if (job !== this.#jobs) return;
    this.#units = units;
    this.#projection = null;
    let told = performance.now();
    let newest: Float32Array | null = null;
    for (const points of islands(units, UNIT_COUNT, this.#points!)) {
      newest = points;
      if (performance.now() - told < INTERVAL) continue;
      this.#show(points, labels, { method, isDone: false });
      await turn();
      if (job !== this.#jobs) return;
      told = performance.now();
    }
    if (newest) this.#show(newest, labels, { method, isDone: true });
  }

  #showProjection(units: Float32Array, labels: Uint8Array, isDone: boolean): void {
    const projection = principalComponents(units, UNIT_COUNT);
    const points = project(projection, units);
    const similarity = fit(points, this.#before(points));
    this.#units = units;
    this.#projection = moveProjection(projection, similarity);
    this.#points = move(points, similarity);
    this.#tell(labels, { method: 'projection', isDone });
  }

  #show(points: Float32Array, labels: Uint8Array, about: Pick<Layout, 'method' | 'isDone'>): void {
    this.#points = move(points, fit(points, this.#before(points)));
    this.#tell(labels, about);
  }

  #before(points: Float32Array): Float32Array | null {
    return this.#points?.length === points.length ? this.#points : null;
  }

  #tell(labels: Uint8Array, about: Pick<Layout, 'method' | 'isDone'>): void {
    const points = this.#points!;
    const overlap = about.isDone ? largestOverlap(points, labels) : null;
    this.listener.onLayout({ ...about, points, overlap });
    this.#tellPlace();
  }

  #tellPlace(): void {
    if (this.#placed === null || this.#points === null) {
      this.listener.onPlace(null);
      return;
    }
    // Rounded as the images' units are, so that one of the images is placed upon itself.
    const image = floatsOf(this.#placed).map((value) => this.#unitScale * Math.round(value / this.#unitScale));
    const point = this.#projection ? project(this.#projection, image) : placeBetween(this.#units, this.#points, image);
    this.listener.onPlace([point[0], point[1]]);
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve));
