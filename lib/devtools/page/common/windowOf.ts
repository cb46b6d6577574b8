/**
 * Which rows of a list are asked for and drawn: those in sight and some around them, so that a short scroll shows no gap.
 * It moves by `STEP` rows, so that few scrolls need another window. What `total` leaves is cut where rows are drawn:
 * before the first answer nobody knows it.
 */
export function windowOf({ top, height, rowHeight, total }: Sight): Rows {
  const shown = Math.ceil(height / rowHeight) + 1;
  const first = Math.min(Math.floor(top / rowHeight), total - shown);
  return {
    from: Math.max(0, Math.floor((first - AROUND) / STEP) * STEP),
    count: Math.ceil((shown + 2 * AROUND) / STEP + 1) * STEP,
  };
}

const STEP = 10;
const AROUND = 10;

/** What of a list is in sight, in pixels; `total` is its number of rows. */
export interface Sight {
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly total: number;
}

export interface Rows {
  readonly from: number;
  readonly count: number;
}
