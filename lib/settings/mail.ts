// The mail server that alerts go through: the environment's, or the one that administrators entered.
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import { isMailSender, isSmtpUrl } from "@/lib/mail-address";
import type { Sealer } from "@/lib/sealing";
import { readSetting } from "@/lib/settings/store";

export const MAIL_KEY = "mail";
const PLACE = "settings/mail";

export const storedMailSchema = z.object({ sealedUrl: z.string(), from: z.string() });

export const mailInputSchema = z
  .strictObject({
    url: z.string().trim().max(1_000).refine(isSmtpUrl, { error: "fields.smtpUrl" }).meta({
      description:
        "smtps://user:password@smtp.example.com:465, or smtp:// for STARTTLS if the server supports it. Never returned",
    }),
    from: z
      .string()
      .trim()
      .max(320)
      .refine(isMailSender, { error: "fields.mailFrom" })
      .meta({ description: "An email address, with or without a name, such as Larkspur <bots@example.com>" }),
  })
  .meta({ id: "MailServer" });
export type MailInput = z.infer<typeof mailInputSchema>;

/** What it takes to send mail. It may hold a password. */
export type MailServer = MailInput;
export type MailParts = { db: Database; sealer: Sealer; env: { mail: MailServer | undefined } };

export const sealMail = (sealer: Sealer, { url, from }: MailInput): z.infer<typeof storedMailSchema> => ({
  sealedUrl: sealer.seal(url, PLACE),
  from,
});

/** The environment's wins. Undefined while there is none. */
export async function getMailServer({ db, sealer, env }: MailParts): Promise<MailServer | undefined> {
  if (env.mail) return env.mail;
  const stored = await readSetting(db, MAIL_KEY, storedMailSchema);
  return stored && { url: sealer.unseal(stored.sealedUrl, PLACE), from: stored.from };
}
