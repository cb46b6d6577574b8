/** Unix time in whole seconds, of the machine: a message that is made outside of any system has no other clock. */
export const unixTime = (): number => Math.floor(Date.now() / 1_000);
