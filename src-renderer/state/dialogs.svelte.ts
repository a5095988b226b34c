/** Which dialog is open; at most one is. */
export type DialogName =
  | 'newRun'
  | 'trial'
  | 'runDetails'
  | 'export'
  | 'help'
  | 'guide'
  | 'shortcuts'
  | 'slowMotion'
  | 'handwriting'
  | 'lesson';

export class Dialogs {
  #open = $state.raw<DialogName | null>(null);
  /** The run that `runDetails` is about. */
  run = $state.raw<string | null>(null);
  /** The heading in the user guide to begin at; null for its top. */
  guideSection = $state.raw<string | null>(null);

  /** Whether any dialog is open. */
  get hasOpen(): boolean {
    return this.#open !== null;
  }

  isOpen(name: DialogName): boolean {
    return this.#open === name;
  }

  show(name: DialogName): void {
    this.#open = name;
    this.guideSection = null;
  }

  /** Shows the user guide from the section with this heading. */
  showGuide(section: string): void {
    this.show('guide');
    this.guideSection = section;
  }

  /** Closes this dialog if it is open. */
  close(name: DialogName): void {
    if (this.#open === name) this.#open = null;
  }
}
