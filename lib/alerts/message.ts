// The words of an alert: what happened, why, what to do, and what is over, in the rule's language.
import { createHash } from "node:crypto";
import type { Condition } from "@/lib/alerts/schemas";
import { describeReason, type Reason } from "@/lib/errors";
import { type Locale, type TextParams, translate } from "@/lib/text/translate";

/** What a rule tells of one bot. */
export type Trouble = {
  botId: string;
  botName: string;
  condition: Condition;
  since: Date;
  /** It is over. */
  endedAt: Date | null;
  /** Why, where it is known. */
  reason: Reason | null;
  /** How many messages failed since it began. */
  failed: number;
};

export type Line = { isOver: boolean; bot: string; text: string; url: string | undefined };

export type Message = {
  /** The same in every try. */
  id: string;
  title: string;
  /** The title in Larkspur's words alone. */
  subject: string;
  isAllOver: boolean;
  lines: Line[];
  /** How many more bots there are than are named. */
  more: string | undefined;
  /** As a webhook is told. */
  facts: object;
};

type Rule = { id: string; name: string; locale: Locale };
type Context = { publicUrl: string | undefined; now: Date };

const MOST_LINES = 20;

export function composeMessage(rule: Rule, troubles: Trouble[], { publicUrl, now }: Context): Message {
  const told = [...troubles].sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null));
  const began = told.filter(({ endedAt }) => endedAt === null);
  const urlOf = (botId: string) => publicUrl && `${publicUrl}/bots/${botId}`;
  const lines = told.slice(0, MOST_LINES).map((trouble) => ({
    isOver: trouble.endedAt !== null,
    bot: trouble.botName,
    text: sentenceOf(trouble, rule.locale, now),
    url: urlOf(trouble.botId),
  }));
  const left = told.length - lines.length;
  return {
    id: idOf(rule.id, told),
    title: titleOf(began, told, rule.locale),
    subject: subjectOf(began, told, rule.locale),
    isAllOver: began.length === 0,
    lines,
    more: left > 0 ? translate(rule.locale, "alerts.more", { count: left }) : undefined,
    facts: {
      type: "alert",
      rule: { id: rule.id, name: rule.name },
      at: now.toISOString(),
      troubles: told.map((trouble) => factsOf(trouble, rule.locale, urlOf(trouble.botId))),
    },
  };
}

/** What the test button sends. */
export function testMessage(rule: Rule, { publicUrl, now }: Context): Message {
  const text = translate(rule.locale, "alerts.test.text");
  return {
    id: idOf(`test ${rule.id} ${now.toISOString()}`, []),
    title: translate(rule.locale, "alerts.test.title", { rule: rule.name }),
    subject: translate(rule.locale, "alerts.test.subject"),
    isAllOver: true,
    lines: [{ isOver: true, bot: "", text, url: publicUrl && `${publicUrl}/alerts` }],
    more: undefined,
    facts: { type: "alert.test", rule: { id: rule.id, name: rule.name }, at: now.toISOString(), troubles: [] },
  };
}

export const plainText = ({ lines, more }: Message): string =>
  [...lines.map(({ text, url }) => (url ? `${text}\n${url}` : text)), ...(more ? [more] : [])].join("\n\n");

function titleOf(began: Trouble[], told: Trouble[], locale: Locale): string {
  const shown = began.length > 0 ? began : told;
  const names = new Set(shown.map(({ botName }) => botName));
  const params = { count: new Set(shown.map(({ botId }) => botId)).size, name: [...names][0] ?? "" };
  return translate(locale, `alerts.title.${began.length > 0 ? "trouble" : "over"}`, params);
}

function subjectOf(began: Trouble[], told: Trouble[], locale: Locale): string {
  const count = new Set((began.length > 0 ? began : told).map(({ botId }) => botId)).size;
  return translate(locale, `alerts.subject.${began.length > 0 ? "trouble" : "over"}`, { count });
}

function sentenceOf(trouble: Trouble, locale: Locale, now: Date): string {
  const { botName: name, condition, since, endedAt, reason, failed } = trouble;
  const duration = durationOf((endedAt ?? now).getTime() - since.getTime(), locale);
  if (endedAt) return translate(locale, `alerts.over.${condition}`, { name, duration });
  const why = reason ? describeReason(reason, locale) : translate(locale, `alerts.unknown.${condition}`);
  return translate(locale, `alerts.began.${condition}`, { name, duration, why, count: failed });
}

/** In the largest unit that says enough. */
function durationOf(ms: number, locale: Locale): string {
  const say = (unit: string, params: TextParams) => translate(locale, `alerts.duration.${unit}`, params);
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return say("seconds", { seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return say("minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("hours", { hours, minutes: minutes % 60 });
  return say("days", { days: Math.floor(hours / 24), hours: hours % 24 });
}

const factsOf = (trouble: Trouble, locale: Locale, url: string | undefined) => ({
  bot: { id: trouble.botId, name: trouble.botName, ...(url && { url }) },
  condition: trouble.condition,
  status: trouble.endedAt ? "over" : "began",
  since: trouble.since.toISOString(),
  ...(trouble.endedAt && { endedAt: trouble.endedAt.toISOString() }),
  ...(trouble.condition === "failed" && !trouble.endedAt && { failedMessages: trouble.failed }),
  ...(trouble.reason &&
    !trouble.endedAt && { reason: { code: trouble.reason.code, text: describeReason(trouble.reason, locale) } }),
});

function idOf(ruleId: string, troubles: Trouble[]): string {
  const parts = troubles.map(({ botId, condition, since, endedAt }) => [botId, condition, since, endedAt]);
  const identity = JSON.stringify([ruleId, ...parts.map((part) => JSON.stringify(part)).sort()]);
  return `msg_${createHash("sha256").update(identity).digest("base64url").slice(0, 32)}`;
}
