/** Finds faults in the window's appearance automatically. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** Selectors of elements without a fault, and copies of the style sheets, take most of axe's time and are not needed. */
const OPTIONS: axe.RunOptions = { resultTypes: ['violations'], selectors: false, preload: false };

/**
 * @param part a selector of the part that is checked
 * @returns a line for each accessibility fault
 */
export async function accessibilityFaultsIn(page: Page, part = 'html'): Promise<string[]> {
  // Once for each page, since its half a megabyte takes as long to load as the check.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([part, options]) => {
      // Halfway between the colours of two themes, the contrast is too low.
      const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      await Promise.allSettled(transitions.map(({ finished }) => finished));
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(part, options);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `axe ${id}: ${html.slice(0, 200)}`));
    },
    [part, OPTIONS] as const,
  );
}

/** @returns a line for each word that is cut off or broken, each overlap, and each scrollbar within another */
export function layoutFaultsIn(page: Page): Promise<string[]> {
  return page.evaluate(findLayoutFaults);
}

/** Runs in the page. */
function findLayoutFaults(): string[] {
  // Sizes in fractions of a pixel are rounded.
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
  const isMessage = (element: Element) => element.closest('[data-sonner-toaster], [data-message]') !== null;
  const name = (element: Element) => element.outerHTML.slice(0, 120);
  const faults: string[] = [];

  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth || scrollHeight > innerHeight) {
    faults.push(`the page scrolls: ${scrollWidth} x ${scrollHeight} in ${innerWidth} x ${innerHeight}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    // Wide tables and the log's lines are meant to.
    const isMeant = element.matches('[role=log]') || element.querySelector(':scope > table') !== null;
    if (scroll(element).sideways && element.scrollWidth > element.clientWidth + 1 && !isMeant) {
      faults.push(`scrolls sideways: ${name(element)}`);
    }
    if (!scroll(element).down || element instanceof HTMLTextAreaElement) continue;
    // With enlarged text the page scrolls as a whole, except for the log, whose newest line must stay visible.
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
    const onScreen = element.getBoundingClientRect().width > 1 && element.closest('.unseen, [role=log]') === null;
    // Longer ones are names and paths.
    for (const word of onScreen ? (node.textContent ?? '').matchAll(/(?<!\S)[A-Za-z]{2,14}(?!\S)/g) : []) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) {
        faults.push(`broken: "${word[0]}" in ${name(element)}`);
      }
    }
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const front = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
      // Scrolled out of view, behind a dialog, or only for screen readers.
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
      // Nothing is left of an element that is scrolled out of view.
      const [width, height] = [Math.min(right, edge.right) - x, Math.min(bottom, edge.bottom) - y];
      one.rect = new DOMRect(x, y, Math.max(0, width), Math.max(0, height));
    }
  }
  texts.forEach((one, i) => {
    for (const other of texts.slice(i + 1)) {
      // Messages are shown over the rest on purpose.
      if (one.element === other.element || isMessage(one.element) !== isMessage(other.element)) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      // The boxes of closely set lines overlap slightly.
      if (across > SLACK && down > 5) faults.push(`overlap: "${one.text}" and "${other.text}"`);
    }
  });
  return faults;
}
