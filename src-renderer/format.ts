/** Formats numbers consistently in the whole window. */

/** Keeps a number and its unit on one line. */
const space = '\u00a0';

const grouping = new Intl.NumberFormat('en');

/** 60000 -> "60,000" */
export const count = (value: number): string => grouping.format(Math.round(value));

/** 0.9701 -> "97.0%" */
export const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)}%`;

/**
 * 0.9998 and 0.9999 -> "99.98%" and "99.99%": with two decimals if they do not differ in the first. Even closer fractions
 * give equal texts.
 */
export function percentsApart(one: number, other: number): [string, string] {
  if (percent(one) !== percent(other)) return [percent(one), percent(other)];
  return [`${(one * 100).toFixed(2)}%`, `${(other * 100).toFixed(2)}%`];
}

/** "learning rate 0.02" -> "Learning rate 0.02" */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** "Whole number" -> "whole number" */
export const uncapital = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

/** "1 epoch", "3 epochs" */
export const many = (value: number, one: string, more = `${one}s`): string =>
  `${count(value)}${space}${value === 1 ? one : more}`;

/** "21 s", "12 min", "2 h 5 min" */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole}${space}s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 90) return `${minutes}${space}min`;
  return `${count(Math.floor(minutes / 60))}${space}h ${minutes % 60}${space}min`;
}

/** The age in words, with both times in milliseconds: "just now", "3 min ago", "5 h ago", "2 d ago", "6 wk ago" */
export function age(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return 'just now';
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const [value, unit] =
    hours < 1 ? [minutes, 'min'] : days < 1 ? [hours, 'h'] : days < 14 ? [days, 'd'] : [Math.floor(days / 7), 'wk'];
  return `${value}${space}${unit}${space}ago`;
}

/** 3 -> "3 B", 94000 -> "94 kB" */
export function bytes(value: number): string {
  if (value < 1000) return `${value}${space}B`;
  if (value < 1_000_000) return `${Math.round(value / 1000)}${space}kB`;
  return `${(value / 1_000_000).toFixed(1)}${space}MB`;
}

/** 0.0123456 -> "0.0123", -1234.5 -> "−1,230" */
export function significant(value: number, digits = 3): string {
  return value.toLocaleString('en', { maximumSignificantDigits: digits }).replace('-', '−');
}

/** -0.12345 -> "−0.1235" with four decimals; what rounds to 0 has no sign. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
