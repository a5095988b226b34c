/** How the map looks on the page, which a worker cannot ask. */
export interface MapStyle {
  /** Of the map, in the page's pixels. */
  width: number;
  height: number;
  /** The screen's pixels for each pixel of the page. */
  scale: number;
  /** What the labels are called. */
  names: readonly string[];
  /** One colour for each label, that of misread images, and the background's. */
  colours: { digits: readonly string[]; wrong: string; surface: string };
  font: string;
  /** Whether images jump to their places instead of gliding. */
  jumps: boolean;
}
