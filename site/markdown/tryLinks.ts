export const tryLinks = (..._: unknown[]): void => {};
