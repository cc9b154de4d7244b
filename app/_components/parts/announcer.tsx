"use client";
import { useEffect, useState } from "react";

const listeners = new Set<(words: string) => void>();

/** Tells a screen reader something when it next pauses. */
export function announce(words: string): void {
  for (const listener of listeners) listener(words);
}

export function Announcer() {
  const [words, setWords] = useState("");
  useEffect(() => {
    listeners.add(setWords);
    return () => {
      listeners.delete(setWords);
    };
  }, []);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}
