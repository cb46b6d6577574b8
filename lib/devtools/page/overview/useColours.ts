import { useEffect, useState } from 'preact/hooks';
import { fromEvent } from 'rxjs';

/** The colours of the charts, which are drawn on a canvas and have to be told: read from the style sheet, light or dark. */
export function useColours(): Colours {
  const [colours, setColours] = useState(read);
  useEffect(() => {
    const subscription = fromEvent(matchMedia('(prefers-color-scheme: dark)'), 'change').subscribe(
      () => setColours(read()),
    );
    return () => subscription.unsubscribe();
  }, []);
  return colours;
}

function read(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    curves: [colour('accent'), colour('second')],
    fill: colour('fill'),
    line: colour('line'),
    soft: colour('soft'),
  };
}

/** As CSS has them. */
export interface Colours {
  /** Of the first and of the second figure of a chart. */
  readonly curves: readonly string[];
  readonly fill: string;
  readonly line: string;
  readonly soft: string;
}
