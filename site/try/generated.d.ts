// What `generate.ts` writes is not there before a build, and the types are to be right without it.
declare module '*/generated/examples.json' {
  const examples: readonly import('./examples.js').Example[];
  export default examples;
}
