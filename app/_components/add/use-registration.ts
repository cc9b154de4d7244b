"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Registration, StartRegistration } from "@/lib/registrations/schemas";

const LOOK_MS = 1_500;
const PATH = "/api/feishu/registrations";

/** A QR code from its beginning to the bot: looks how far it has come, and gives it up when the page is left. */
export function useRegistration(onDone: (botId: string) => void) {
  const { pending, failure, run } = useRequest();
  const [registration, setRegistration] = useState<Registration | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const id = registration?.id;
  const isWaiting = registration?.state === "waiting";

  useEffect(() => {
    if (!id || !isWaiting) return;
    const looking = new AbortController();
    void follow(id, looking.signal, (seen) => {
      setRegistration((before) => (before?.id === seen.id ? seen : before));
      if (seen.state === "done" && seen.botId) done.current(seen.botId);
    });
    const giveUp = () => void fetch(`${PATH}/${id}`, { method: "DELETE", keepalive: true }).catch(() => undefined);
    window.addEventListener("pagehide", giveUp);
    return () => {
      looking.abort();
      window.removeEventListener("pagehide", giveUp);
    };
  }, [id, isWaiting]);

  // Another page of the console was opened meanwhile.
  const latest = useRef<Registration | null>(null);
  latest.current = registration;
  useEffect(() => () => giveUpWaiting(latest.current), []);

  const begin = useCallback(
    (wish: StartRegistration) =>
      run(async () => {
        giveUpWaiting(latest.current);
        setRegistration(null);
        setRegistration(await call<Registration>("POST", PATH, wish));
      }),
    [run],
  );
  const renew = () => run(async () => setRegistration(await call<Registration>("POST", `${PATH}/${id}/renew`)));
  const cancel = () => {
    giveUpWaiting(registration);
    setRegistration(null);
  };
  return { registration, pending, failure, begin, renew, cancel };
}

function giveUpWaiting(registration: Registration | null): void {
  if (registration?.state !== "waiting") return;
  void fetch(`${PATH}/${registration.id}`, { method: "DELETE", keepalive: true }).catch(() => undefined);
}

async function follow(id: string, signal: AbortSignal, onSeen: (registration: Registration) => void): Promise<void> {
  while (!signal.aborted) {
    await pause(LOOK_MS, signal);
    if (signal.aborted) return;
    try {
      const seen = await call<Registration>("GET", `${PATH}/${id}`);
      if (!signal.aborted) onSeen(seen);
    } catch (error) {
      // No answer at all: the network of this browser; the next look may get one.
      if (!(error instanceof RequestFailure) || error.status === 404) return;
    }
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
