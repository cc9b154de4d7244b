"use client";
import { startTransition, useEffect, useState } from "react";

/** False in a page's first drawing, which shows what fits a screen; true at once after it: the rest does not hold it back. */
export function useIsWhole(): boolean {
  // A deferred value would be the final one from the start where the router defers the whole page already.
  const [isWhole, setWhole] = useState(false);
  useEffect(() => startTransition(() => setWhole(true)), []);
  return isWhole;
}
