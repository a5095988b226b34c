/** Waiting runs, and trials: the same run with two values of one setting, for several seeds. */
import { z } from 'zod';
import { CheckpointName, RunConfig } from './schemas';

/** A new run for the queue. It starts from the open file (`weights`), or from weights drawn from its seed (null). */
export const QueuedStart = z.strictObject({
  config: RunConfig,
  from: z.union([CheckpointName, z.literal('weights')]).nullable(),
});
export type QueuedStart = z.infer<typeof QueuedStart>;

export const maxWaiting = 100;

/** The id of a waiting run. */
export const QueueId = z.uuid('A waiting run is named by a UUID');
export const QueueIds = z.array(QueueId).min(1).max(maxWaiting);

/** The settings that a trial can compare: those that may affect what is learned. */
export const TrialSetting = z.enum(['learningRate', 'momentum', 'batchSize', 'epochs', 'augmentation']);
export type TrialSetting = z.infer<typeof TrialSetting>;

const Value = z.union([z.number(), z.boolean()]);
const TrialSeeds = z.number().int().min(3, 'A trial has 3 to 10 seeds').max(10, 'A trial has 3 to 10 seeds');

/** A run's part in a trial. Two runs of a trial with the same seed share initial weights, order and masks. */
export const TrialPart = z.strictObject({
  /** Shared by all runs of a trial. */
  id: z.uuid(),
  setting: TrialSetting,
  values: z.tuple([Value, Value]),
  /** The number of seeds. */
  seeds: TrialSeeds,
  /** The index of its value. */
  side: z.union([z.literal(0), z.literal(1)]),
});
export type TrialPart = z.infer<typeof TrialPart>;

/** A trial to start. Its first seed is that of `config`, followed by consecutive ones. */
export const NewTrial = z
  .strictObject({ config: RunConfig, setting: TrialSetting, values: TrialPart.shape.values, seeds: TrialSeeds })
  .refine(({ values: [first, second] }) => first !== second, 'The two values are the same')
  .refine(
    ({ config, setting, values }) =>
      values.every((value) => RunConfig.safeParse({ ...config, [setting]: value }).success),
    'A run cannot have one of the two values',
  );
export type NewTrial = z.infer<typeof NewTrial>;
