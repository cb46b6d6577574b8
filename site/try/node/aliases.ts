export const aliases = (..._: unknown[]): Record<string, string> => ({});
