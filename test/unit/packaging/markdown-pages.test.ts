import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageOf } from '../../../packaging/markdown-pages';

it('a document becomes a page without its title, pictures and links', () => {
  const text = '# Title\n\n## Part\n\n![A picture](a.png)\n\nSee the [other *page*](other.md), **now**.\n';
  expect(pageOf(text)).toBe('<h3>Part</h3>\n<p>See the other <em>page</em>, <strong>now</strong>.</p>\n');
});

it('the user guide is a page of plain text, lists and tables', async () => {
  const page = pageOf(await readFile(join(import.meta.dirname, '../../../docs/user-guide.md'), 'utf8'));
  expect(page).toContain('<h3>Training a network</h3>');
  const tags = new Set([...page.matchAll(/<(\w+)/g)].map(([, tag]) => tag));
  const plain = ['h3', 'h4', 'p', 'em', 'strong', 'code', 'ol', 'ul', 'li', 'pre', 'br'];
  expect([...tags].filter((tag) => !plain.includes(tag!) && !tag!.startsWith('t'))).toEqual([]);
});
