/** For the window tests, which are TypeScript. */
export function hasDisplay(environment?: NodeJS.ProcessEnv): boolean;
export function electronSwitches(environment?: NodeJS.ProcessEnv): string[];
