/** A Markdown document as HTML; see packaging/markdown-pages.ts. */
declare module '*.md' {
  const html: string;
  export default html;
}
