const KIB_64 = `fill ${'x'.repeat(65_531)}`;

/** What answers a text `fill <MiB>`: texts of 64 KiB that no listener counts; none for another text. */
export function fillers(said: unknown): readonly string[] {
  const [, mebibytes] = /^fill (\d+)$/.exec(String(said)) ?? [];
  return Array<string>(16 * Number(mebibytes ?? 0)).fill(KIB_64);
}
