/** What curves can show. */
export const metrics = [
  { id: 'loss', title: 'Loss' },
  { id: 'accuracy', title: 'Accuracy' },
] as const;
