"use client";
import { useLinkStatus } from "next/link";

/** In a link that was followed: what it leads to is on its way. It shows only once that takes long enough to be noticed. */
export function Going() {
  const { pending } = useLinkStatus();
  return (
    <span
      aria-hidden="true"
      data-going={pending || undefined}
      className="size-1.5 shrink-0 rounded-full bg-accent opacity-0 data-going:opacity-100 data-going:transition-opacity data-going:delay-150"
    />
  );
}
