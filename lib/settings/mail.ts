// The mail server that alerts go through: the environment's, or the one that administrators entered.
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import type { Sealer } from "@/lib/sealing";
import { readSetting } from "@/lib/settings/store";

const MAIL_KEY = "mail";
const PLACE = "settings/mail";

const storedMailSchema = z.object({ sealedUrl: z.string(), from: z.string() });

/** What it takes to send mail. It may hold a password. */
export type MailServer = { url: string; from: string };
export type MailParts = { db: Database; sealer: Sealer; env: { mail: MailServer | undefined } };

/** The environment's wins. Undefined while there is none. */
export async function getMailServer({ db, sealer, env }: MailParts): Promise<MailServer | undefined> {
  if (env.mail) return env.mail;
  const stored = await readSetting(db, MAIL_KEY, storedMailSchema);
  return stored && { url: sealer.unseal(stored.sealedUrl, PLACE), from: stored.from };
}
