/**
 * The files of one text: each begins with a line `// name.ts`, as every example of the guide does; what stands before
 * the first such line is `main.ts`.
 */
export function filesOf(text: string): File[] {
  const [first = '', ...rest] = text.split(/^\/\/ ([\w.-]+\.ts)$\n?/m);
  const files = first.trim() === '' ? [] : [{ name: 'main.ts', code: first }];
  for (let i = 0; i < rest.length; i += 2) {
    files.push({ name: rest[i] as string, code: rest[i + 1] ?? '' });
  }
  return files;
}

export interface File {
  readonly name: string;
  readonly code: string;
}
