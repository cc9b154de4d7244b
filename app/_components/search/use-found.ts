"use client";
import { useEffect, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Found } from "@/lib/search";

const TYPING_MS = 120;

type State = { q: string; found: Found | null; failure: RequestFailure | null };

/** What the server finds for the words; what was found before stays until the answer is there. */
export function useFound(words: string) {
  const q = words.trim().slice(0, 200);
  const [state, setState] = useState<State>({ q: "", found: null, failure: null });
  useEffect(() => {
    if (!q) return setState({ q, found: null, failure: null });
    let isOld = false;
    const timer = setTimeout(async () => {
      try {
        const found = await call<Found>("GET", `/api/search?q=${encodeURIComponent(q)}`);
        if (!isOld) setState({ q, found, failure: null });
      } catch (failure) {
        if (!(failure instanceof RequestFailure)) throw failure;
        if (!isOld) setState({ q, found: null, failure });
      }
    }, TYPING_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [q]);
  return { q, found: q ? state.found : null, failure: state.failure, isSearching: q !== state.q };
}
