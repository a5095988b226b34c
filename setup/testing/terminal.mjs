/**
 * Shows the output of programs that run in parallel, one after the other: that of the first immediately, that of the
 * others when the ones before have ended.
 */
export class Terminal {
  /** @type {{ kept: (string | Uint8Array)[], ended: boolean }[]} those whose output is not completely shown yet */
  #outputs = [];
  #show;

  /** @param {(chunk: string | Uint8Array) => void} show  writes to the screen */
  constructor(show) {
    this.#show = show;
  }

  /** @returns an output for another program */
  open() {
    const output = { kept: [], ended: false };
    this.#outputs.push(output);
    return {
      /** @param {string | Uint8Array} chunk */
      write: (chunk) => {
        output.kept.push(chunk);
        this.#flush();
      },
      end: () => {
        output.ended = true;
        this.#flush();
      },
    };
  }

  #flush() {
    for (let first = this.#outputs[0]; first; first = this.#outputs[0]) {
      for (const chunk of first.kept.splice(0)) this.#show(chunk);
      if (!first.ended) return;
      this.#outputs.shift();
    }
  }
}
