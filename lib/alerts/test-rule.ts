// Sends a trial by a rule's own way, and says exactly why it was not taken.
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { sendMessage } from "@/lib/alerts/channels";
import { reasonOf, wayOf } from "@/lib/alerts/delivery";
import { ALERT_TIMING } from "@/lib/alerts/due";
import { testMessage } from "@/lib/alerts/message";
import type { RuleRow } from "@/lib/alerts/queries";
import { refuseStrangers } from "@/lib/alerts/receivers";
import type { AlertTest } from "@/lib/alerts/schemas";
import { alertRules } from "@/lib/db/alert-tables";
import { recordAudit } from "@/lib/db/audit";
import type { Transaction } from "@/lib/db/client";
import { auditLog, users } from "@/lib/db/schema";
import { AppError, describeReason, type Reason } from "@/lib/errors";
import { getMailServer, type MailParts } from "@/lib/settings/mail";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

type TestParts = MailParts & { env: { publicUrl: string | undefined } };

const MOST_TESTS = 10;
const WINDOW_SECONDS = 60;

/** Throws `rate_limited` for who has tested much in the last minute, with whatever rules. */
export async function testRule(parts: TestParts, viewer: Viewer, rule: RuleRow, locale: Locale): Promise<AlertTest> {
  await parts.db.transaction((tx) => countTest(tx, viewer, rule));
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

/** The audit log counts, for all replicas; one person's tests are counted one after the other. */
async function countTest(tx: Transaction, viewer: Viewer, rule: RuleRow): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, viewer.userId)).for("update");
  const windowStart = sql`now() - make_interval(secs => ${WINDOW_SECONDS})`;
  const recent = await tx
    .select({ waitSeconds: sql<number>`ceil(extract(epoch from ${auditLog.at} - ${windowStart}))::int` })
    .from(auditLog)
    .where(and(eq(auditLog.actorId, viewer.userId), eq(auditLog.action, "alert.tested"), gt(auditLog.at, windowStart)))
    .orderBy(desc(auditLog.at))
    .limit(MOST_TESTS);
  const oldest = recent[MOST_TESTS - 1];
  if (oldest) {
    const seconds = Math.max(1, oldest.waitSeconds);
    throw new AppError("rate_limited", "alert.tooManyTests", { params: { seconds }, retryAfterSeconds: seconds });
  }
  await recordAudit(tx, viewer, { action: "alert.tested", target: { id: rule.id, name: rule.name } });
}

async function trySending(parts: TestParts, rule: RuleRow): Promise<Reason | undefined> {
  try {
    const mail = rule.channel === "email" ? await getMailServer(parts) : undefined;
    const message = testMessage(rule, { publicUrl: parts.env.publicUrl, now: new Date() });
    const way = wayOf(parts.sealer, rule);
    await refuseStrangers(parts.db, { ...way, ownerIsAdmin: rule.ownerRole === "admin" });
    return await sendMessage(way, message, { mail, signal: AbortSignal.timeout(ALERT_TIMING.sendMs) });
  } catch (error) {
    return reasonOf(error);
  }
}
