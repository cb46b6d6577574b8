import { useEffect, useRef, useState } from 'preact/hooks';
import { animationFrames, interval } from 'rxjs';
import type { LifeState } from './foldLife.js';

/**
 * The system's time as it goes on between two answers, a few times a second; `onFrame` is told it with every frame, so
 * that what moves does so evenly, but not where somebody wants no motion.
 */
export function useNow(life: LifeState, isMoving: boolean, onFrame: (now: number) => void): number {
  const latest = useRef({ life, onFrame });
  latest.current = { life, onFrame };
  const [now, setNow] = useState(() => nowOf(life));
  useEffect(() => {
    if (!isMoving) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const subscription = interval(isCalm ? CALM : REDRAWN).subscribe(() =>
      setNow(nowOf(latest.current.life)),
    );
    if (!isCalm) {
      subscription.add(
        animationFrames().subscribe(() => latest.current.onFrame(nowOf(latest.current.life))),
      );
    }
    return () => subscription.unsubscribe();
  }, [isMoving]);
  return life.begin === undefined ? now : Math.max(now, life.begin, life.now);
}

function nowOf({ now, heardAt, hasEnded }: LifeState): number {
  return hasEnded ? now : now + performance.now() - heardAt;
}

/** Milliseconds. */
const REDRAWN = 200;
const CALM = 1_000;
