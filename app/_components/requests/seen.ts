"use client";
// What this tab has seen last: a page that is gone to stands at once, and is read anew as soon as it is drawn.
import { startTransition, use, useCallback, useEffect, useEffectEvent, useState } from "react";
import type { Coming } from "@/app/_session/coming";

/** What was seen longer ago is waited for. */
const LONGEST_MS = 10 * 60_000;

const LONGEST_DRAWING_MS = 200;

const seen = new Map<string, { value: object; at: number }>();
let forgotten = 0;
/** What a page was loaded with is old news when the way back leads to that page. */
const taken = new WeakSet<Promise<unknown>>();

/** What was seen before something was changed may be true no longer. */
export function forgetSeen(): void {
  seen.clear();
  forgotten += 1;
}

export function keepSeen(name: string, value: object): void {
  seen.set(name, { value, at: Date.now() });
}

function recall<T extends object>(name: string): T | undefined {
  const known = seen.get(name);
  return known && Date.now() - known.at < LONGEST_MS ? (known.value as T) : undefined;
}

/**
 * What the page was loaded with, what was seen last, or undefined until `read` has it; `keep` takes what was read since.
 * Where there is nothing to show, what `read` throws is thrown.
 */
export function useSeen<T extends object>(name: string, coming: Coming<T>, read: () => Promise<T>) {
  const [known, setKnown] = useState(() => recall<T>(name));
  const [told] = useState(() => (coming.told && !taken.has(coming.told) ? coming.told : undefined));
  const [failure, setFailure] = useState<{ error: unknown }>();

  const keep = useCallback(
    (value: T) => {
      keepSeen(name, value);
      setKnown((before) => withSame(before, value));
    },
    [name],
  );
  const ask = useEffectEvent(read);
  useEffect(() => {
    let isCurrent = true;
    const before = forgotten;
    // Each time that the server makes the page anew, what it shows is read anew.
    const take = (answer: Promise<T>) => {
      answer.then(
        (value) => {
          if (before === forgotten) keepSeen(name, value);
          if (isCurrent) startTransition(() => setKnown((shown) => withSame(shown, value)));
        },
        (error) => isCurrent && setFailure({ error }),
      );
    };
    const leave = () => {
      isCurrent = false;
    };
    if (told && told === coming.told && !taken.has(told)) {
      taken.add(told);
      take(told);
      return leave;
    }
    const cancel = whenDrawn(() => take(ask()));
    return () => {
      leave();
      cancel();
    };
  }, [coming, told, name]);

  const value = known ?? (told && use(told));
  if (failure && !value) throw failure.error;
  return { value, keep };
}

/** Calls back when the browser has drawn what there is, or after `LONGEST_DRAWING_MS`. */
function whenDrawn(then: () => void): () => void {
  // Safari has no idle times.
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(then);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(then, { timeout: LONGEST_DRAWING_MS });
  return () => cancelIdleCallback(id);
}

/** Parts that say the same stay the same objects: what is made of them is not drawn again. */
function withSame<T extends object>(known: T | undefined, told: T): T {
  if (!known || known === told) return told;
  const before = known as Record<string, unknown>;
  const entries = Object.entries(told).map(([name, part]) => {
    const isSame = JSON.stringify(before[name]) === JSON.stringify(part);
    return [name, isSame ? before[name] : part];
  });
  return Object.fromEntries(entries) as T;
}
