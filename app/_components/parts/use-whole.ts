"use client";
import { useDeferredValue } from "react";

/** False in a page's first drawing, which shows what fits a screen; true at once after it: the rest does not hold it back. */
export const useIsWhole = (): boolean => useDeferredValue(true, false);
