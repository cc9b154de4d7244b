"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;
const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** What the key of commands is called on the reader's keyboard. */
export const useCommandKey = (): string => (useSyncExternalStore(never, isApple, () => false) ? "⌘" : "Ctrl");
