"use client";
import { useSyncExternalStore } from "react";

const KEY = "larkspur-single-keys";
const CHANGED = "larkspur-single-keys-changed";

// Storage may be refused by the browser; the shortcuts are on then, as by default.
function isOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {}
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", listener);
  };
}

/** Whether keys without a modifier are shortcuts, in this browser (WCAG 2.1.4 asks for a way to turn them off). */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, isOn, () => true), keep];
}

export const singleKeysOn = isOn;
