"use client";
import { useEffect } from "react";

const ASK_EACH_MS = 1_000;

/** Loads the page anew once a server that was away answers again. Where it was not away, the page itself is to blame. */
export function useReturn(): void {
  useEffect(() => {
    let wasAway = false;
    const timer = setInterval(async () => {
      const isReady = await fetch("/api/ready").then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady && wasAway) window.location.reload();
      wasAway ||= !isReady;
    }, ASK_EACH_MS);
    return () => clearInterval(timer);
  }, []);
}
