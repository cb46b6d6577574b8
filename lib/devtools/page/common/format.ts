/** How figures are said: short, with their units, and the same everywhere. */
export const format = {
  /** 1234567 → 1,234,567 */
  count: (value: number): string => Math.round(value).toLocaleString('en'),

  /** In a second: 0.4, 12, 1,234. */
  rate: (value: number): string =>
    value > 0 && value < 9.95 ? value.toFixed(1) : format.count(value),

  /** Binary units: 512 B, 1.5 KiB, 12 MiB. */
  bytes(value: number): string {
    if (value < 1_024) return `${Math.round(value)} B`;
    const power = Math.min(Math.floor(Math.log2(value) / 10), UNITS.length);
    const scaled = value / 1_024 ** power;
    return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${UNITS[power - 1]}`;
  },

  /** Milliseconds: 0.4 ms, 12 ms, 3.2 s. */
  ms(value: number): string {
    if (value >= 1_000) return `${(value / 1_000).toFixed(1)} s`;
    return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ms`;
  },

  /** How long something is there, in its two largest units: 4 s, 2 min 5 s, 3 h 10 min, 2 d 4 h. */
  duration(ms: number): string {
    let rest = Math.max(0, Math.floor(ms / 1_000));
    const parts: string[] = [];
    for (const [unit, seconds] of DURATIONS) {
      const whole = Math.floor(rest / seconds);
      rest -= whole * seconds;
      if (whole > 0 || (parts.length > 0 && parts.length < 2)) parts.push(`${whole} ${unit}`);
      if (parts.length === 2) break;
    }
    return parts.length === 0 ? '0 s' : parts.join(' ').replace(/ 0 \w+$/, '');
  },

  /** How much later than something, in seconds: +0.250 s. */
  since: (ms: number): string => `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1_000).toFixed(3)} s`,
};

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];
const DURATIONS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;
