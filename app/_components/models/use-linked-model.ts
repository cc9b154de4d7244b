"use client";
import { useEffect, useState } from "react";
import { modelInHash } from "@/app/_components/bots/failure";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Model } from "@/lib/models/schemas";

/** The model that the address leads to; it is asked for where its page of the list is not there yet. */
export function useLinkedModel(listed: Model[]) {
  const [linkedId, setLinkedId] = useState<string>();
  const [asked, setAsked] = useState<Model>();
  const isListed = listed.some(({ id }) => id === linkedId);
  const linked = asked?.id === linkedId && !isListed ? asked : undefined;
  const isShown = isListed || linked !== undefined;

  useEffect(() => {
    const look = () => setLinkedId(modelInHash(location.hash));
    look();
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  useEffect(() => {
    if (linkedId === undefined || isListed) return;
    call<Model>("GET", `/api/models/${encodeURIComponent(linkedId)}`).then(setAsked, (error: unknown) => {
      // It was deleted: the list is all there is to see.
      if (!(error instanceof RequestFailure)) throw error;
    });
  }, [linkedId, isListed]);
  // The browser has looked for its place before it was there.
  useEffect(() => {
    if (isShown) document.getElementById(`model-${linkedId}`)?.scrollIntoView({ block: "center" });
  }, [linkedId, isShown]);
  return { linkedId, rows: linked ? [...listed, linked] : listed };
}
