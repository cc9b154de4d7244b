// Changes what administrators choose for the whole installation; each change leaves its audit row in the same transaction.
import { z } from "zod";
import { changedFields, recordAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import { MAIL_KEY, type MailServer, mailInputSchema, sealMail } from "@/lib/settings/mail";
import { MAIL_DOMAINS_KEY, mailDomainsSchema } from "@/lib/settings/mail-domains";
import { RETENTION_KEY, readRetention, retentionSchema } from "@/lib/settings/retention";
import { forgetSetting, writeSetting } from "@/lib/settings/store";
import type { Viewer } from "@/lib/viewer";

export const settingsChangeSchema = z
  .strictObject({
    retention: retentionSchema.partial(),
    mailDomains: mailDomainsSchema,
    mail: mailInputSchema.nullable().meta({ description: "null removes the mail server" }),
  })
  .partial()
  .meta({ id: "ChangeSettings" });
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

type Context = { db: Database; sealer: Sealer; env: { mail: MailServer | undefined } };

/** What is left out keeps its value. */
export async function changeSettings(
  { db, sealer, env }: Context,
  viewer: Viewer,
  change: SettingsChange,
): Promise<void> {
  const { retention, mail, mailDomains } = change;
  if (mail !== undefined && env.mail) throw new AppError("conflict", "settings.mailOfEnvironment");
  const before = await readRetention(db);
  const kept = retention && { ...before, ...retention };
  await db.transaction(async (tx) => {
    if (kept) await writeSetting(tx, RETENTION_KEY, kept);
    if (mail === null) await forgetSetting(tx, MAIL_KEY);
    else if (mail) await writeSetting(tx, MAIL_KEY, sealMail(sealer, mail));
    if (mailDomains) await writeSetting(tx, MAIL_DOMAINS_KEY, { domains: [...new Set(mailDomains)] });
    const changed = Object.entries(retention ?? {}).filter(
      ([name]) => kept && changedFields({ [name]: true }, kept, before).length > 0,
    );
    const fields = [...(mail === undefined ? [] : ["mail"]), ...(mailDomains ? ["mailDomains"] : [])];
    if (changed.length === 0 && fields.length === 0) return;
    await recordAudit(tx, viewer, {
      action: "settings.updated",
      detail: { ...Object.fromEntries(changed), ...(fields.length === 0 ? {} : { fields }) },
    });
  });
}
