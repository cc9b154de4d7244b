// Refuses regular expressions that are none, or that would cost too much to match.
import { oversizedRules } from "@/lib/bots/pattern-size";
import { patternThread } from "@/lib/bots/pattern-thread";
import type { Rule } from "@/lib/db/documents";
import { AppError } from "@/lib/errors";

/** Throws `invalid_input` with the fields that it refuses. */
export async function requirePatterns(rules: readonly Rule[], ownerId: string): Promise<void> {
  const oversized = oversizedRules(rules);
  refuse(oversized.pattern, "bot.patternTooLarge", "fields.patternTooLarge");
  refuse(oversized.bot, "bot.patternsTooLarge", "fields.patternsTooLarge");
  const places = [...rules.keys()].filter((place) => rules[place]?.match === "regex");
  if (places.length === 0) return;
  const patterns = places.map((place) => rules[place]?.pattern ?? "");
  const wrong = await patternThread().ask({ patterns }, ownerId);
  if (wrong === "gaveUp") throw new AppError("unavailable", "bot.patternsNotRead");
  refuse(wrong === -1 ? [] : places.slice(wrong, wrong + 1), "bot.pattern", "fields.pattern");
}

function refuse(places: number[], textKey: string, message: string): void {
  if (places.length === 0) return;
  const fields = places.map((place) => ({ path: `behavior.rules.${place}.pattern`, message }));
  const numbers = places.map((place) => place + 1).join(", ");
  throw new AppError("invalid_input", textKey, { params: { numbers }, fields });
}
