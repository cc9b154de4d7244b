"use client";
import { useEffect, useState } from "react";

const ASK_EACH_MS = 1_000;

/**
 * Loads the page anew once a server that was away answers again. Where it was not away, the page itself is to blame.
 * Gives whether it is the database that does not answer.
 */
export function useReturn(): { isDatabaseAway: boolean } {
  const [isDatabaseAway, setDatabaseAway] = useState(false);
  useEffect(() => {
    let wasAway = false;
    const timer = setInterval(async () => {
      const { status, checks } = await readiness();
      const isReady = status === "ok";
      setDatabaseAway(checks?.database === "failed");
      if (isReady && wasAway) window.location.reload();
      wasAway ||= !isReady;
    }, ASK_EACH_MS);
    return () => clearInterval(timer);
  }, []);
  return { isDatabaseAway };
}

type Readiness = { status?: string; checks?: { database?: string } };

const readiness = (): Promise<Readiness> =>
  fetch("/api/ready").then(
    (response) => response.json(),
    () => ({}),
  );
