// Finds the rule that a message fits.
import { behaviorOf } from "@/lib/bots/behavior";
import { oversizedRules } from "@/lib/bots/pattern-size";
import { patternThread } from "@/lib/bots/pattern-thread";
import { plainWords } from "@/lib/bots/plain-words";
import { wordsFit } from "@/lib/bots/rule-words";
import type { Rule } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";

/** `skipped`: the places of the patterns that could not be matched, too large or too slow, from 0. */
export type FoundRule = { rule: Rule | undefined; skipped: number[] };

type Ruled = Pick<BotRow, "ownerId" | "behavior">;

/** One event asks several times. */
const lastFound = new WeakMap<readonly Rule[], { text: string; found: Promise<FoundRule> }>();

/** The first that fits decides. Patterns are matched for one bot of an owner at a time. */
export function findRule(bot: Ruled, text: string): Promise<FoundRule> {
  const { rules } = behaviorOf(bot);
  const last = lastFound.get(rules);
  if (last?.text === text) return last.found;
  const found = find(rules, text, bot.ownerId);
  lastFound.set(rules, { text, found });
  return found;
}

async function find(rules: readonly Rule[], text: string, ownerId: string): Promise<FoundRule> {
  const said = rules.length > 0 ? plainWords(text) : "";
  const byWords = rules.findIndex((rule) => wordsFit(rule, said));
  const before = byWords === -1 ? rules : rules.slice(0, byWords);
  const oversized = oversizedRules(before);
  const skipped = [...oversized.pattern, ...oversized.bot].sort((a, b) => a - b);
  const places = [...before.keys()].filter((place) => before[place]?.match === "regex" && !skipped.includes(place));
  if (places.length === 0) return { rule: rules[byWords], skipped };
  const patterns = places.map((place) => before[place]?.pattern.trim() ?? "");
  const first = await patternThread().ask({ patterns, text }, ownerId);
  if (first === "gaveUp") return { rule: rules[byWords], skipped: [...skipped, ...places].sort((a, b) => a - b) };
  const place = places[first] ?? byWords;
  return { rule: rules[place], skipped: skipped.filter((at) => first === -1 || at < place) };
}
