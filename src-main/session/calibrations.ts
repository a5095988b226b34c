import type { LabelledImages } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import { type Calibration, calibrateInTurns, defaultCalibration } from '../recognition/calibration';

/** While a network is trained, calibrating it takes at most this share of the time. */
const MAX_SHARE = 0.01;

interface Calibrated {
  /** The network's step when it was calibrated. */
  step: number;
  calibration: Calibration;
}

/**
 * The calibrations of a person's own networks. They are computed from the weights and the training images when they
 * are needed, and never saved.
 */
export class Calibrations {
  readonly #known = new WeakMap<Network, Calibrated>();
  readonly #underway = new WeakMap<Network, Promise<boolean>>();
  /** When the next network may be calibrated during training, in milliseconds. */
  #nextInTraining = 0;

  constructor(private readonly train: LabelledImages) {}

  /** The network's newest calibration. The network may have been trained since. */
  of(network: Network): Calibration {
    return this.#known.get(network)?.calibration ?? defaultCalibration;
  }

  /** Uses another network's calibration until this one is calibrated: they are steps of one run. */
  assume(network: Network, like: Network): void {
    this.#known.set(network, { step: -1, calibration: this.of(like) });
  }

  /**
   * Calibrates a network between two steps of its training, unless it was calibrated a short time ago. It must not be
   * trained meanwhile.
   */
  async duringTraining(network: Network, step: number, isWanted: () => boolean): Promise<void> {
    const began = performance.now();
    if (began < this.#nextInTraining) return;
    const calibration = await calibrateInTurns(network, this.train, isWanted);
    if (calibration) this.#known.set(network, { step, calibration });
    const end = performance.now();
    this.#nextInTraining = end + (end - began) / MAX_SHARE;
  }

  /** Calibrates a network at rest. It may be trained or freed meanwhile. @returns whether it has a new calibration */
  async atRest(network: Network, step: number): Promise<boolean> {
    await this.#underway.get(network);
    if (this.#known.get(network)?.step === step) return false;
    const calibrating = this.#calibrateCopy(network, step);
    this.#underway.set(network, calibrating);
    return calibrating.finally(() => this.#underway.delete(network));
  }

  async #calibrateCopy(network: Network, step: number): Promise<boolean> {
    const before = this.#known.get(network);
    const copy = createNetwork(network.weights());
    try {
      const calibration = await calibrateInTurns(copy, this.train, () => true);
      // Training may have calibrated it meanwhile.
      if (calibration === null || this.#known.get(network) !== before) return false;
      this.#known.set(network, { step, calibration });
      return true;
    } finally {
      copy.dispose();
    }
  }
}
