import { Marked } from 'marked';
import type { Plugin } from 'vite';

/**
 * Lets the window import a Markdown document as HTML, converted by the build, so that it can be read without the
 * internet. Pictures are omitted, since the window itself is visible, and links become text, since the window opens no
 * pages.
 */
export function markdownPages(): Plugin {
  return {
    name: 'markdown-pages',
    transform(text, id) {
      return id.endsWith('.md') ? `export default ${JSON.stringify(pageOf(text))};` : null;
    },
  };
}

/** @returns the document's HTML without its title, since the dialog has its own */
export function pageOf(markdown: string): string {
  const marked = new Marked({
    renderer: {
      image: () => '',
      link({ tokens }) {
        return this.parser.parseInline(tokens);
      },
      // The dialog's title is a heading of level 2.
      heading({ tokens, depth }) {
        return depth === 1 ? '' : `<h${depth + 1}>${this.parser.parseInline(tokens)}</h${depth + 1}>\n`;
      },
    },
  });
  return marked.parse(markdown, { async: false }).replace(/<p>\s*<\/p>\n?/g, '');
}
