// Sends a trial by a rule's own way, and says exactly why it was not taken.
import { eq, sql } from "drizzle-orm";
import { sendMessage } from "@/lib/alerts/channels";
import { reasonOf, wayOf } from "@/lib/alerts/delivery";
import { ALERT_TIMING } from "@/lib/alerts/due";
import { testMessage } from "@/lib/alerts/message";
import type { RuleRow } from "@/lib/alerts/queries";
import type { AlertTest } from "@/lib/alerts/schemas";
import { alertRules } from "@/lib/db/alert-tables";
import { describeReason, type Reason } from "@/lib/errors";
import { getMailServer, type MailParts } from "@/lib/settings/mail";
import type { Locale } from "@/lib/text/translate";

type TestParts = MailParts & { env: { publicUrl: string | undefined } };

/** `baseUrl` is Larkspur's address as the caller reaches it. */
export async function testRule(parts: TestParts, rule: RuleRow, locale: Locale): Promise<AlertTest> {
  const failure = await trySending(parts, rule);
  const now = sql`now()`;
  await parts.db
    .update(alertRules)
    .set(
      failure
        ? { triedAt: now, error: failure }
        : { triedAt: now, sentAt: now, error: null, attempts: 0, retryAt: null },
    )
    .where(eq(alertRules.id, rule.id));
  return failure ? { ok: false, problem: describeReason(failure, locale) } : { ok: true };
}

async function trySending(parts: TestParts, rule: RuleRow): Promise<Reason | undefined> {
  try {
    const mail = rule.channel === "email" ? await getMailServer(parts) : undefined;
    const message = testMessage(rule, { publicUrl: parts.env.publicUrl, now: new Date() });
    const way = wayOf(parts.sealer, rule);
    return await sendMessage(way, message, { mail, signal: AbortSignal.timeout(ALERT_TIMING.sendMs) });
  } catch (error) {
    return reasonOf(error);
  }
}
