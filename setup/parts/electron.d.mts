/** For the window tests, which are TypeScript. */
export function electronRuntime(): { dir: string; executable: string; version: string } | undefined;
export function electronExecutable(): string;
