/** Which dialog is open; at most one is. */
export type DialogName = 'newRun' | 'trial' | 'runDetails' | 'export' | 'help' | 'guide' | 'shortcuts' | 'slowMotion';

export class Dialogs {
  #open = $state.raw<DialogName | null>(null);
  /** The run that `runDetails` is about. */
  run = $state.raw<string | null>(null);

  isOpen(name: DialogName): boolean {
    return this.#open === name;
  }

  show(name: DialogName): void {
    this.#open = name;
  }

  /** Closes this dialog if it is open. */
  close(name: DialogName): void {
    if (this.#open === name) this.#open = null;
  }
}
