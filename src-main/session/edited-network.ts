import { type NetworkParts, nothingOff, partCount } from '@contract/schemas';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import { withoutParts } from '../network/without-parts';

/** A copy of a network with some parts switched off. It follows the network while that is trained. */
export class EditedNetwork {
  #off: NetworkParts = nothingOff;
  /** The network that the parts belong to, in words. */
  #name = '';
  #copy: { of: Network; step: number; network: Network } | null = null;

  /** @param name of the network; the choice ends when another one is active */
  switchOff(off: NetworkParts, name: string): void {
    this.#off = off;
    this.#name = name;
    this.#forgetCopy();
  }

  /** The parts that are switched off in the network of this name. */
  offIn(name: string): NetworkParts {
    return name === this.#name ? this.#off : nothingOff;
  }

  /** @param step of the network @returns the network itself if nothing is switched off in it */
  copyOf(network: Network, name: string, step: number): Network {
    const off = this.offIn(name);
    if (partCount(off) === 0) return network;
    if (this.#copy?.of !== network || this.#copy.step !== step) {
      this.#forgetCopy();
      this.#copy = { of: network, step, network: createNetwork(withoutParts(network.weights(), off)) };
    }
    return this.#copy.network;
  }

  /** Frees the copy. */
  dispose(): void {
    this.#forgetCopy();
  }

  #forgetCopy(): void {
    this.#copy?.network.dispose();
    this.#copy = null;
  }
}
