/** What can be found wrong with the look of a window without eyes. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** @returns a line for each thing that keeps assistive tools, or people with weak eyes, from using what is shown */
export async function accessibilityFaultsIn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `axe ${id}: ${html.slice(0, 200)}`));
}

/** @returns a line for each word that is cut off, each overlap, and each scrollbar within another */
export function layoutFaultsIn(page: Page): Promise<string[]> {
  return page.evaluate(findLayoutFaults);
}

/** Runs in the page. */
function findLayoutFaults(): string[] {
  // Sizes in fractions of pixels are rounded here and there.
  const SLACK = 2;
  const scroll = (element: Element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const { scrollHeight, clientHeight } = element;
    return {
      sideways: overflowX === 'auto' || overflowX === 'scroll',
      down: (overflowY === 'auto' || overflowY === 'scroll') && scrollHeight > clientHeight + 1,
      hides: overflowX !== 'visible',
    };
  };
  const ancestors = (element: Element) => {
    const found: Element[] = [];
    for (let at = element.parentElement; at; at = at.parentElement) found.push(at);
    return found;
  };
  const isMessage = (element: Element) => element.closest('[data-sonner-toaster]') !== null;
  const name = (element: Element) => element.outerHTML.slice(0, 120);
  const faults: string[] = [];

  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth || scrollHeight > innerHeight) {
    faults.push(`the page scrolls: ${scrollWidth} x ${scrollHeight} in ${innerWidth} x ${innerHeight}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    if (!scroll(element).down || element instanceof HTMLTextAreaElement) continue;
    // With enlarged text the rest scrolls in one piece; the log, whose newest line is to be seen, cannot be part of it.
    if (innerWidth <= 900 && element.matches('[role=log]')) continue;
    const outer = ancestors(element).find((ancestor) => scroll(ancestor).down);
    if (outer) faults.push(`a scrollbar within another: ${name(element)} in ${name(outer)}`);
  }

  interface Text {
    text: string;
    element: Element;
    rect: DOMRect;
  }
  const texts: Text[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const element = node.parentElement!;
    if (text === '' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const front = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
      // What is scrolled out of view, behind a dialog, or there for screen readers alone.
      if (!front || (!element.contains(front) && !front.contains(element))) continue;
      texts.push({ text, element, rect });
    }
  }
  for (const one of texts) {
    for (const clip of [one.element, ...ancestors(one.element)]) {
      if (!scroll(clip).hides) continue;
      const edge = clip.getBoundingClientRect();
      const { left, right, top, bottom } = one.rect;
      const isCut = left < edge.left - SLACK || right > edge.right + SLACK;
      const isMeant = scroll(clip).sideways || getComputedStyle(clip).textOverflow === 'ellipsis' || edge.width <= 1;
      if (isCut && !isMeant) faults.push(`cut: "${one.text}" in ${name(clip)}`);
      const [x, y] = [Math.max(left, edge.left), Math.max(top, edge.top)];
      // Of what is scrolled out of view nothing is left.
      const [width, height] = [Math.min(right, edge.right) - x, Math.min(bottom, edge.bottom) - y];
      one.rect = new DOMRect(x, y, Math.max(0, width), Math.max(0, height));
    }
  }
  texts.forEach((one, i) => {
    for (const other of texts.slice(i + 1)) {
      // A message lies over the rest, for as long as it is shown.
      if (one.element === other.element || isMessage(one.element) !== isMessage(other.element)) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      // The boxes of two lines overlap a little where they are set close.
      if (across > SLACK && down > 5) faults.push(`overlap: "${one.text}" and "${other.text}"`);
    }
  });
  return faults;
}
