// The rules of a form while they are written: in order, each with a key of its own.
import { RequestFailure } from "@/app/_components/requests/call";
import type { Rule, RuleAction } from "@/lib/db/documents";

export type RuleDraft = Rule & {
  key: number;
  /** The card as it is being written, which may be no JSON yet. */
  cardText: string;
};

export const draftsOf = (rules: readonly Rule[]): RuleDraft[] => rules.map((rule, key) => draftOf(rule, key));

const draftOf = (rule: Rule, key: number): RuleDraft => ({
  ...rule,
  key,
  cardText: rule.action.kind === "card" ? JSON.stringify(rule.action.card, null, 2) : "",
});

export const withNew = (drafts: readonly RuleDraft[]): RuleDraft[] => [
  ...drafts,
  draftOf(
    { match: "contains", pattern: "", action: { kind: "text", text: "" } },
    Math.max(-1, ...drafts.map(({ key }) => key)) + 1,
  ),
];

export function moved(drafts: readonly RuleDraft[], from: number, to: number): RuleDraft[] {
  const rest = drafts.toSpliced(from, 1);
  const draft = drafts[from];
  return draft ? rest.toSpliced(Math.max(0, Math.min(to, rest.length)), 0, draft) : rest;
}

/** An action of another kind begins empty. */
export function actionOf(kind: RuleAction["kind"]): RuleAction {
  switch (kind) {
    case "text":
      return { kind, text: "" };
    case "card":
      return { kind, card: {} };
    case "reply":
      return { kind, reply: { kind: "echo" } };
    case "silent":
      return { kind };
  }
}

/** Throws a `RequestFailure` for a card that is no JSON, as the server would. */
export function rulesOf(drafts: readonly RuleDraft[], notJson: string): Rule[] {
  return drafts.map(({ match, pattern, action, cardText }, index) => {
    if (action.kind !== "card") return { match, pattern, action };
    const card = cardOf(cardText);
    if (card) return { match, pattern, action: { kind: "card", card } };
    const errors = [{ path: `behavior.rules.${index}.action.card`, message: notJson }];
    throw new RequestFailure(400, { detail: notJson, errors });
  });
}

function cardOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
