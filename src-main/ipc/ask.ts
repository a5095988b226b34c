import type { EngineRequestName, EngineRequests } from '../engine/protocol';

/** Asks the engine. @throws UserError when it refuses */
export type Ask = <N extends EngineRequestName>(
  name: N,
  argument: EngineRequests[N]['argument'],
) => Promise<EngineRequests[N]['reply']>;
