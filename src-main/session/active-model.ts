import type { Model, Prediction } from '@contract/contract';
import type { Drawing } from '@contract/schemas';
import { toGreyImage } from '../data/grey-image';
import { UserError } from '../base/errors';
import type { BundledModel } from '../recognition/bundled-model';
import { defaultCalibration } from '../recognition/calibration';
import type { Picture } from '../recognition/picture';
import { type Reader, type Recognition, recognize, recognizePicture } from '../recognition/recognize';
import type { Weights } from '../network/parameters';
import type { SessionState } from './session-state';

/** Answers drawings with the network of the open run or of the open weights, else with the bundled one. */
export class ActiveModel {
  constructor(
    private readonly now: Readonly<SessionState>,
    private readonly bundled: BundledModel | null,
    /** How many images a test has. */
    private readonly testTotal: number,
  ) {}

  /** What is told of the network that answers. */
  get model(): Model {
    const { run, weights } = this.now;
    if (run) {
      const { trainer, name } = run;
      const correct = trainer.history.testCorrect.at(-1);
      const testAccuracy = correct === undefined ? null : correct / this.testTotal;
      return { source: 'run', name, step: trainer.step, testAccuracy, penAccuracy: null };
    }
    const nothing: Model = { source: 'none', name: '', step: 0, testAccuracy: null, penAccuracy: null };
    return weights?.model ?? this.bundled?.model ?? nothing;
  }

  recognize(drawing: Drawing): Prediction {
    return this.#predictionOf(recognize(this.#reader, drawing));
  }

  recognizePicture(picture: Picture): Prediction {
    return this.#predictionOf(recognizePicture(this.#reader, picture));
  }

  /** A copy of the weights that answer. @throws UserError `not-now` when there is no network */
  get weights(): Weights {
    return this.requireReader().network.weights();
  }

  /** @throws UserError `not-now` when there is no network */
  requireReader(): Reader {
    const reader = this.#reader;
    if (!reader) throw new UserError('not-now', 'There is no network yet. Start training, or open weights.');
    return reader;
  }

  #predictionOf({ preview, ...recognition }: Recognition): Prediction {
    return { ...recognition, preview: toGreyImage(preview), model: this.model };
  }

  /** Its network is that of `model`. */
  get #reader(): Reader | null {
    const network = this.now.run?.trainer.network ?? this.now.weights?.network;
    return network ? { network, calibration: defaultCalibration } : this.bundled;
  }
}
