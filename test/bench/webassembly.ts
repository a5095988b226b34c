/** Training without the native library. */
import { defaultConfig } from '../../src-preload/schemas';
import { loadDataset } from '../../src-main/data/load';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { Trainer, initialState } from '../../src-main/training/trainer';
import { quantile } from './statistics';

export interface WebAssemblyFigures {
  imagesPerSecond: number;
}

const WARM_UP = 5;
const STEPS = 60;

export async function webassembly(): Promise<WebAssemblyFigures> {
  await loadTensorFlow('wasm');
  const trainer = new Trainer(await loadDataset(null), defaultConfig, initialState(1));
  const times = Array.from({ length: WARM_UP + STEPS }, () => {
    const began = performance.now();
    trainer.trainStep();
    return performance.now() - began;
  });
  return { imagesPerSecond: (defaultConfig.batchSize / quantile(times.slice(WARM_UP), 0.5)) * 1000 };
}
