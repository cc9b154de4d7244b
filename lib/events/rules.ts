// A bot's own rules: which of them fits a text.
import { RE2JS } from "re2js";
import type { Rule } from "@/lib/db/documents";

const MOST_KEPT = 1_000;

/** Compiled patterns; null: one that cannot be read. Oldest first. */
const compiled = new Map<string, RE2JS | null>();

/** The first that fits, and its place counted from 1. Letter case does not matter. */
export function fittingRule(rules: Rule[], text: string): { rule: Rule; number: number } | undefined {
  const at = rules.findIndex((rule) => fits(rule, text));
  const rule = rules[at];
  return rule && { rule, number: at + 1 };
}

function fits({ match, pattern }: Rule, text: string): boolean {
  switch (match) {
    case "exact":
      return folded(text) === folded(pattern);
    case "contains":
      return folded(text).includes(folded(pattern));
    case "command":
      return folded(text).split(/\s/, 1)[0] === commandName(pattern);
    case "regex":
      return patternOf(pattern)?.matcher(text).find() ?? false;
  }
}

/** With its slash. */
export const commandName = (pattern: string): string => `/${folded(pattern).replace(/^\//, "")}`;

const folded = (text: string): string => text.trim().toLowerCase();

function patternOf(pattern: string): RE2JS | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  compiled.set(pattern, made);
  const [oldest] = compiled.keys();
  if (compiled.size > MOST_KEPT && oldest !== undefined) compiled.delete(oldest);
  return made;
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch {
    return null;
  }
}
