/** Runs that wait for their turn, and trials: the same run with two values of one setting, for several seeds. */
import { z } from 'zod';
import { CheckpointName, RunConfig } from './schemas';

/** A new run for the queue. `weights`: it begins from the weights file that is open; null: from weights of its seed. */
export const QueuedStart = z.strictObject({
  config: RunConfig,
  from: z.union([CheckpointName, z.literal('weights')]).nullable(),
});
export type QueuedStart = z.infer<typeof QueuedStart>;

export const maxWaiting = 100;

/** Which waiting runs. */
export const QueueIds = z.array(z.uuid('A waiting run is named by a UUID')).min(1).max(maxWaiting);

/** The settings that a trial can change: those that may change what is learned. */
export const TrialSetting = z.enum(['learningRate', 'momentum', 'batchSize', 'epochs', 'augmentation']);
export type TrialSetting = z.infer<typeof TrialSetting>;

const Value = z.union([z.number(), z.boolean()]);
const TrialSeeds = z.number().int().min(3, 'A trial has 3 to 10 seeds').max(10, 'A trial has 3 to 10 seeds');

/** Which part of which trial a run is. Two runs of a trial with the same seed share initial weights, order and masks. */
export const TrialPart = z.strictObject({
  /** All runs of a trial have it. */
  id: z.uuid(),
  setting: TrialSetting,
  values: z.tuple([Value, Value]),
  /** How many there are. */
  seeds: TrialSeeds,
  /** Which of the two values it has. */
  side: z.union([z.literal(0), z.literal(1)]),
});
export type TrialPart = z.infer<typeof TrialPart>;

/** A trial to be begun. Its first seed is that of `config`, the others follow it. */
export const NewTrial = z
  .strictObject({ config: RunConfig, setting: TrialSetting, values: TrialPart.shape.values, seeds: TrialSeeds })
  .refine(({ values: [first, second] }) => first !== second, 'The two values are the same')
  .refine(
    ({ config, setting, values }) =>
      values.every((value) => RunConfig.safeParse({ ...config, [setting]: value }).success),
    'A run cannot have one of the two values',
  );
export type NewTrial = z.infer<typeof NewTrial>;
