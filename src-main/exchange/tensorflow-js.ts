/**
 * The network as a TensorFlow.js layers model, which `tf.loadLayersModel` of plain TensorFlow.js reads.
 *
 * Input: float32 [batch, 28, 28, 1], grey values 0 to 255, white ink on black as in MNIST; they are normalised by
 * the model's first layer. Output: float32 [batch, 10], natural logarithms of the probabilities. No dropout.
 */
// With the native library, TensorFlow.js has no other backend to hold the model's weights.
import '@tensorflow/tfjs';
import { enableProdMode, io } from '@tensorflow/tfjs-core';
import { type Sequential, layers, sequential } from '@tensorflow/tfjs-layers';
import { SIDE } from '../data/mnist';
import { MEAN, STANDARD_DEVIATION } from '../data/batches';
import type { Weights } from '../network/parameters';
import { type Variables, disposeVariables, toVariables } from '../network/plain/variables';

export interface TensorFlowJsFiles {
  /** `model.json`: the layers and the name of the weights file. */
  json: string;
  /** The weights file that `json` names. */
  weights: Uint8Array;
}

/** @param weightsName the name of the weights file, which must be beside the JSON file */
export async function encodeTensorFlowJs(weights: Weights, weightsName: string): Promise<TensorFlowJsFiles> {
  // Silences the advice to install the native library, which is there.
  enableProdMode();
  const variables = toVariables(weights);
  const model = layersOf(variables);
  try {
    let files: TensorFlowJsFiles | undefined;
    await model.save(
      io.withSaveHandler((artifacts) => {
        files = filesOf(artifacts, weightsName);
        const { json, weights } = files;
        const sizes = { modelTopologyBytes: json.length, weightDataBytes: weights.length };
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const, ...sizes },
        });
      }),
    );
    return files!;
  } finally {
    model.dispose();
    disposeVariables(variables);
  }
}

function layersOf(variables: Variables): Sequential {
  const parametersOf = (layer: 'conv1' | 'conv2' | 'fc1' | 'fc2') => ({
    name: layer,
    weights: [variables[`${layer}.weight`], variables[`${layer}.bias`]],
  });
  return sequential({
    name: 'digits',
    layers: [
      layers.rescaling({
        name: 'normalise',
        inputShape: [SIDE, SIDE, 1],
        scale: 1 / (255 * STANDARD_DEVIATION),
        offset: -MEAN / STANDARD_DEVIATION,
      }),
      layers.conv2d({ ...parametersOf('conv1'), filters: 10, kernelSize: 5 }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.reLU(),
      layers.conv2d({ ...parametersOf('conv2'), filters: 20, kernelSize: 5 }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.reLU(),
      layers.flatten(),
      layers.dense({ ...parametersOf('fc1'), units: 50, activation: 'relu' }),
      layers.dense({ ...parametersOf('fc2'), units: 10 }),
      // TensorFlow.js supports logSoftmax, but its types lack it.
      layers.activation({ name: 'log_probabilities', activation: 'logSoftmax' as 'softmax' }),
    ],
  });
}

function filesOf(artifacts: io.ModelArtifacts, weightsName: string): TensorFlowJsFiles {
  const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy } = artifacts;
  const weightsManifest = [{ paths: [weightsName], weights: weightSpecs }];
  return {
    json: JSON.stringify({ format, generatedBy, convertedBy, modelTopology, weightsManifest }),
    weights: new Uint8Array(io.CompositeArrayBuffer.join(weightData)),
  };
}
