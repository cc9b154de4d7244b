"use client";
import { useEffect, useState } from "react";

/** A screen reader reads what is added; the rest is there for whoever looks it up. */
const MOST = 5;

const listeners = new Set<(words: string) => void>();

/** Tells a screen reader something when it next pauses. */
export function announce(words: string): void {
  for (const listener of listeners) listener(words);
}

export function Announcer() {
  const [told, setTold] = useState<{ id: number; words: string }[]>([]);
  useEffect(() => {
    let id = 0;
    const listen = (words: string) => {
      id += 1;
      const news = { id, words };
      // What comes at the same time stands beside it and does not take its place.
      setTold((before) => [...before.slice(1 - MOST), news]);
    };
    listeners.add(listen);
    return () => {
      listeners.delete(listen);
    };
  }, []);
  return (
    <div role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions" className="sr-only">
      {told.map(({ id, words }) => (
        <p key={id}>{words}</p>
      ))}
    </div>
  );
}
