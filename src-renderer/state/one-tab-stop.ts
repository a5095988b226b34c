import type { Attachment } from 'svelte/attachments';

const candidates = 'button, input, select, a[href], [role=log]';

/**
 * Makes a list or toolbar a single tab stop. The arrow keys move the focus inside it: up and down between rows, left
 * and right within a row. Rows are elements with `data-row`; without any, everything is one row.
 */
export const oneTabStop: Attachment<HTMLElement> = (container) => {
  const all = () => [...container.querySelectorAll<HTMLElement>(candidates)].filter((item) => item.checkVisibility());
  const rowOf = (item: HTMLElement) => item.closest<HTMLElement>('[data-row]') ?? container;

  /** The element that Tab reaches: the last focused, else the selected or a log, else the first. */
  let current: HTMLElement | null = null;
  function update(): void {
    const items = all();
    if (current === null || !items.includes(current)) {
      // A log must be reached by Tab, since it can be scrolled.
      current = items.find((item) => item.matches('[aria-current=true], [role=log]')) ?? items[0] ?? null;
    }
    for (const item of items) {
      const tabIndex = item === current ? 0 : -1;
      if (item.tabIndex !== tabIndex) item.tabIndex = tabIndex;
    }
  }

  function onfocusin({ target }: FocusEvent): void {
    const item = (target as HTMLElement).closest<HTMLElement>(candidates);
    if (item === null || item === current) return;
    current = item;
    update();
  }

  function onkeydown(event: KeyboardEvent): void {
    const { target } = event;
    // In a text field the keys move the caret.
    if (!(target instanceof HTMLElement) || target.matches('input:not([type=checkbox], [type=radio]), select')) return;
    // A log is scrolled with the other keys.
    if (target.matches('[role=log]') && event.key !== 'ArrowLeft') return;
    const next = destination(target, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  function destination(from: HTMLElement, key: string): HTMLElement | undefined {
    const items = all();
    const row = rowOf(from);
    const inRow = items.filter((item) => rowOf(item) === row);
    const column = inRow.indexOf(from);
    if (key === 'ArrowRight') return inRow[column + 1];
    if (key === 'ArrowLeft') return inRow[column - 1];
    if (key === 'Home') return items[0];
    const rows = [...new Set(items.map(rowOf))];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (key !== 'End' && step === undefined) return undefined;
    const wanted = key === 'End' ? rows.at(-1) : rows[rows.indexOf(row) + (step ?? 0)];
    const others = items.filter((item) => rowOf(item) === wanted);
    return wanted === row && key !== 'End' ? undefined : others[Math.min(column, others.length - 1)];
  }

  update();
  const changes = new MutationObserver(update);
  changes.observe(container, { childList: true, subtree: true });
  container.addEventListener('focusin', onfocusin);
  container.addEventListener('keydown', onkeydown);
  return () => {
    changes.disconnect();
    container.removeEventListener('focusin', onfocusin);
    container.removeEventListener('keydown', onkeydown);
  };
};
