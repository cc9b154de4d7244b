// Shows in the browser which rules a text fits, while they are written.
import { RE2JS } from "re2js";
import { MOST_PER_PATTERN, patternSize } from "@/lib/bots/pattern-size";
import { plainWords } from "@/lib/bots/plain-words";
import { wordsFit } from "@/lib/bots/rule-words";
import type { Rule } from "@/lib/db/documents";

/** What is no pattern, or too large a one, fits nothing. */
export function ruleFits(rule: Pick<Rule, "match" | "pattern">, text: string): boolean {
  if (rule.match !== "regex") return wordsFit(rule, plainWords(text));
  const pattern = rule.pattern.trim();
  if (pattern === "" || patternSize(pattern) > MOST_PER_PATTERN) return false;
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matcher(text).find();
  } catch {
    return false;
  }
}
