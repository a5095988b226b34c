/** Moves the focus to the next pane: to its last focused element, else to its first control. */
const lastFocused = new WeakMap<Element, HTMLElement>();

const candidates = 'button, input, select, canvas[tabindex], [tabindex="0"]';

export function nextPane(): void {
  const panes = [...document.querySelectorAll('[data-pane]')];
  const present = document.activeElement?.closest('[data-pane]') ?? null;
  if (present !== null && document.activeElement instanceof HTMLElement) {
    lastFocused.set(present, document.activeElement);
  }
  const next = panes[(panes.findIndex((pane) => pane === present) + 1) % panes.length];
  if (!next) return;
  const last = lastFocused.get(next);
  const controls = [...next.querySelectorAll<HTMLElement>(candidates)];
  const first = controls.find((control) => control.tabIndex >= 0 && control.checkVisibility());
  (last !== undefined && next.contains(last) ? last : first)?.focus();
}
