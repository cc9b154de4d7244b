// Finds the rule that a message fits: the same for the chat, for a trial and for the form where rules are written.
import { RE2JS } from "re2js";
import { plainWords } from "@/lib/bots/plain-words";
import type { Rule } from "@/lib/db/documents";

const LIMIT_MS = 200; // the whole process waits
const MOST_STEPS = 1_000_000; // of one pattern: 20 to 50 ms

/** The first that fits decides. Patterns for which no time is left fit nothing. */
export function findRule(rules: readonly Rule[], text: string): Rule | undefined {
  const begin = performance.now();
  const said = rules.length > 0 ? plainWords(text) : "";
  return rules.find(
    (rule) => (rule.match !== "regex" || performance.now() - begin < LIMIT_MS) && ruleFits(rule, text, said),
  );
}

/** Letter case, width and invisible characters aside. A pattern that is none fits nothing. */
export function ruleFits(
  { match, pattern }: Pick<Rule, "match" | "pattern">,
  text: string,
  said = plainWords(text),
): boolean {
  const wanted = plainWords(pattern);
  if (wanted === "") return false;
  switch (match) {
    case "exact":
      return said === wanted;
    case "contains":
      return said.includes(wanted);
    case "command":
      return said.split(/\s/, 1)[0] === `/${wanted.replace(/^\//, "")}`;
    case "regex":
      return patternFits(patternOf(pattern.trim()), text);
  }
}

/** Linear in the text and in the pattern: of a long text the beginning is looked at, the less the larger the pattern is. */
const patternFits = (pattern: RE2JS | undefined, text: string): boolean =>
  pattern?.matcher(text.slice(0, MOST_STEPS / pattern.programSize())).find() ?? false;

const compiled = new Map<string, RE2JS | undefined>();
const MOST_COMPILED = 500;

/** Matched in linear time; undefined where it is no pattern. */
function patternOf(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(pattern, compile(pattern));
  }
  return compiled.get(pattern);
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch {
    return undefined;
  }
}
