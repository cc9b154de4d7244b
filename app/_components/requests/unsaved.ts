"use client";
// Knows whether something that was typed on the page is not saved yet.
import { useEffect, useId } from "react";

const unsaved = new Set<string>();

export const hasUnsaved = (): boolean => unsaved.size > 0;

/** What was typed may be thrown away. */
export const forgetUnsaved = (): void => unsaved.clear();

/** Leaving the page asks first for as long as this is true. */
export function useUnsaved(isUnsaved: boolean): void {
  const id = useId();
  useEffect(() => {
    if (!isUnsaved) return;
    unsaved.add(id);
    return () => {
      unsaved.delete(id);
    };
  }, [id, isUnsaved]);
}
