"use client";
// What this tab has seen last: a page that is gone to stands at once, and is read anew as soon as it is drawn.
import { startTransition, use, useEffect, useEffectEvent, useState } from "react";
import type { Coming } from "@/app/_session/coming";

/** What was seen longer ago is waited for. */
const LONGEST_MS = 10 * 60_000;

const LONGEST_DRAWING_MS = 200;

/** `turn`: when it was asked for. */
const seen = new Map<string, { value: object; at: number; turn: number }>();
/** Counts what is asked for and what is changed: answers come in any order. */
let turns = 0;
let changed = 0;
/** What a page was loaded with is old news when the way back leads to that page. */
const taken = new WeakSet<Promise<unknown>>();

/** What was seen before something was changed may be true no longer. */
export function forgetSeen(): void {
  seen.clear();
  changed = ++turns;
}

/** Nobody is shown what another person has seen, nor in another language. */
const nameOf = (subject: string, whose: string) => `${subject} ${whose}`;

/** Keeps it as it stands on the page; an answer that is on its way is newer. */
export function keepSeen(subject: string, whose: string, value: object): void {
  const name = nameOf(subject, whose);
  seen.set(name, { value, at: Date.now(), turn: seen.get(name)?.turn ?? 0 });
}

function recall<T extends object>(name: string): T | undefined {
  const known = seen.get(name);
  return known && Date.now() - known.at < LONGEST_MS ? (known.value as T) : undefined;
}

/** The answer, or one that was asked for later and came sooner. What was asked for before something was changed is asked for again. */
async function newest<T extends object>(name: string, ask: () => Promise<T>, answer = ask()): Promise<T> {
  const turn = ++turns;
  const value = await answer;
  if (turn < changed) return newest(name, ask);
  const known = seen.get(name);
  if (known && turn < known.turn) return known.value as T;
  seen.set(name, { value, at: Date.now(), turn });
  return value;
}

/**
 * What the page was loaded with, what was seen last, or undefined until `read` has it; `again` reads it anew, `isStale` when
 * that was in vain. Where there is nothing to show, what `read` throws is thrown.
 */
export function useSeen<T extends object>(subject: string, coming: Coming<T>, read: () => Promise<T>) {
  const name = nameOf(subject, coming.whose);
  const [known, setKnown] = useState(() => recall<T>(name));
  const [told] = useState(() => (coming.told && !taken.has(coming.told) ? coming.told : undefined));
  const [failure, setFailure] = useState<{ error: unknown; shown: T | undefined }>();
  const value = known ?? (told && use(told));
  if (failure && !value) throw failure.error;

  const again = async (answer?: Promise<T>): Promise<void> => {
    try {
      const answered = await newest(name, read, answer);
      startTransition(() => setKnown((shown) => withSame(shown, answered)));
    } catch (error) {
      setFailure({ error, shown: value });
    }
  };
  const begin = useEffectEvent(again);
  useEffect(() => {
    if (told && told === coming.told && !taken.has(told)) {
      taken.add(told);
      void begin(told);
      return;
    }
    // Each time that the server makes the page anew, what it shows is read anew.
    return whenDrawn(() => void begin());
  }, [coming, told]);
  return { value, again: () => again(), isStale: failure !== undefined && failure.shown === value };
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
