"use client";
import { useTranslations } from "next-intl";
import { causeKey } from "@/app/_components/overview/verdict";

/** A reason in a few words, to stand inside a sentence; undefined where there is none. */
export function useCause(): (reasonCode: string | undefined) => string | undefined {
  const t = useTranslations("ui.causes");
  return (reasonCode) => {
    const key = `connection.${causeKey(reasonCode ?? "")}` as Parameters<typeof t.has>[0];
    return t.has(key) ? t(key as never) : undefined;
  };
}
