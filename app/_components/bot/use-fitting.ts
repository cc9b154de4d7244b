"use client";
import { useEffect, useState } from "react";
import type { RuleDraft } from "@/app/_components/bot/rule-drafts";

/** The keys of the rules that a text fits, by the server's own matching; null while there is no text. */
export function useFitting(rules: readonly RuleDraft[], text: string): ReadonlySet<number> | null {
  const [fitting, setFitting] = useState<ReadonlySet<number> | null>(null);
  useEffect(() => {
    let isNewest = true;
    // Its regular expressions are heavy, and rarely wanted.
    import("@/lib/bots/rule-preview").then(({ ruleFits }) => {
      if (isNewest) setFitting(new Set(rules.filter((rule) => ruleFits(rule, text)).map(({ key }) => key)));
    });
    return () => {
      isNewest = false;
    };
  }, [rules, text]);
  return text.trim() === "" ? null : fitting;
}
