import type { ActiveModelView } from '@contract/recognition';

/** Identifies the network that reads drawings: whose it is, its step, and the parts that are switched off. */
export const networkKey = ({ source, name, step, switchedOff }: ActiveModelView): string =>
  JSON.stringify([source, name, step, switchedOff]);
