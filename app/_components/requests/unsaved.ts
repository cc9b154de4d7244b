"use client";
// Knows what was typed on the page and is not saved yet.
import { useEffect, useEffectEvent, useId, useSyncExternalStore } from "react";

/** Saves a section of the page; false where it was refused. */
export type Save = () => Promise<boolean>;

const unsaved = new Map<string, Save | undefined>();
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

export const hasUnsaved = (): boolean => unsaved.size > 0;

/** What was typed may be thrown away. */
export function forgetUnsaved(): void {
  unsaved.clear();
  tell();
}

/** Leaving the page asks first for as long as this is true. `save` is given by what can be saved from elsewhere, too. */
export function useUnsaved(isUnsaved: boolean, save?: Save): void {
  const id = useId();
  const latest = useEffectEvent(async () => (await save?.()) ?? false);
  const canSave = save !== undefined;
  useEffect(() => {
    if (!isUnsaved) return;
    unsaved.set(id, canSave ? () => latest() : undefined);
    tell();
    return () => {
      unsaved.delete(id);
      tell();
    };
  }, [id, isUnsaved, canSave]);
}

const saves = (): Save[] => [...unsaved.values()].filter((save) => save !== undefined);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How many sections of the page wait to be saved. */
export const useUnsavedSections = (): number =>
  useSyncExternalStore(
    subscribe,
    () => saves().length,
    () => 0,
  );

/** One after the other; what is refused stays unsaved and says why. */
export async function saveAll(): Promise<void> {
  for (const save of saves()) await save();
}
