import { type RunConfig, defaultConfig } from '@contract/schemas';

/** Sets of settings to choose from. */
export const presets: { id: string; title: string; use: string; config: RunConfig }[] = [
  {
    id: 'article',
    title: 'As in the article',
    use: 'Three epochs: reads about 97 of 100 test images correctly',
    config: defaultConfig,
  },
  {
    id: 'longer',
    title: 'Longer',
    use: 'Eight epochs: reads about 98 of 100 test images correctly',
    config: { ...defaultConfig, epochs: 8 },
  },
  {
    id: 'accurate',
    title: 'Most accurate',
    use: 'Twelve epochs with a higher momentum: reads almost 99 of 100 test images correctly',
    config: { ...defaultConfig, epochs: 12, momentum: 0.9 },
  },
  {
    id: 'other-hands',
    title: 'For your handwriting',
    use: 'Eight epochs on images that are varied a little each time: reads your drawings better',
    config: { ...defaultConfig, epochs: 8, augmentation: true },
  },
];
