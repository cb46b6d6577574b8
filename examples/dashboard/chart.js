import uPlot from '/uplot/uPlot.esm.js';

/** How much is shown, in seconds. */
const SPAN = 120;
const HEIGHT = 150;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
const timeOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hourCycle: 'h23' });
const dark = matchMedia('(prefers-color-scheme: dark)');

/** A card with the newest value of one metric as a number, and the last minutes as a line. */
export class Chart {
  element = document.createElement('section');
  #value = document.createElement('strong');
  #when = document.createElement('span');
  #times = [];
  #values = [];
  #plot;
  #options;

  constructor(options) {
    this.#options = options;
    const title = document.createElement('h2');
    title.textContent = options.label;
    this.#when.className = 'when';
    const head = document.createElement('div');
    head.className = 'head';
    head.append(title, this.#when, this.#value);
    const place = document.createElement('div');
    place.className = 'place';
    this.element.append(head, place);
    this.#plot = new uPlot(this.#settings(), [[], []], place);
    this.#show(null);
    new ResizeObserver(([{ contentRect }]) =>
      this.#plot.setSize({ width: contentRect.width, height: HEIGHT }),
    ).observe(place);
    dark.addEventListener('change', () => this.#plot.redraw(false));
  }

  /** Adds a value that was measured now; null: nothing is known. */
  add(value) {
    const now = Date.now() / 1000;
    this.#times.push(now);
    this.#values.push(value);
    while (this.#times[0] < now - SPAN) {
      this.#times.shift();
      this.#values.shift();
    }
    this.#plot.setData([this.#times, this.#values]);
    this.#show(this.#plot.cursor.idx);
  }

  /** The value that is pointed at, or the newest one. */
  #show(pointed) {
    const { number, unit } = this.#options;
    const value = this.#values.at(pointed ?? -1);
    this.#value.textContent = value == null ? '–' : `${number.format(value)} ${unit}`.trim();
    this.#when.textContent = pointed == null ? '' : timeOf(this.#times[pointed]);
  }

  #settings() {
    const { least } = this.#options;
    const axis = {
      stroke: () => color('--soft'),
      font: '12px system-ui, sans-serif',
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      width: 300,
      height: HEIGHT,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'dashboard' } },
      scales: {
        x: { range: () => [Date.now() / 1000 - SPAN, Date.now() / 1000] },
        y: { range: (_plot, _min, max) => [0, Math.max(least, (max ?? 0) * 1.15)] },
      },
      axes: [
        { ...axis, space: 90, size: 28, values: (_plot, times) => times.map(timeOf) },
        { ...axis, space: 36, size: 46 },
      ],
      series: [
        {},
        {
          stroke: () => color('--accent'),
          fill: () => color('--fill'),
          width: 2,
          points: { show: false },
        },
      ],
      hooks: { setCursor: [({ cursor }) => this.#show(cursor.idx)] },
    };
  }
}
