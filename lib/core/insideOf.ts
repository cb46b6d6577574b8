/** By this the folders of the library reach the inside of an object that users have; they cannot. */
export const insideOf: unique symbol = Symbol('rx-process');
