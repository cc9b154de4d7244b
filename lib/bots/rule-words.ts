// Which rules of plain words a message fits: the same on the server and in the form where rules are written.
import { plainWords } from "@/lib/bots/plain-words";
import type { Rule } from "@/lib/db/documents";

/** Letter case, width and invisible characters aside; `said` is the whole text as plain words. Not for patterns. */
export function wordsFit({ match, pattern }: Pick<Rule, "match" | "pattern">, said: string): boolean {
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
      return false;
  }
}
