// The domains of e-mail addresses that alerts of members may be sent to.
import { z } from "zod";
import type { Database, Transaction } from "@/lib/db/client";
import { readSetting } from "@/lib/settings/store";

export const MAIL_DOMAINS_KEY = "mailDomains";

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, { error: "fields.mailDomain" });

export const mailDomainsSchema = z.array(domain).max(50).meta({
  description:
    "Domains of e-mail addresses that members' alerts may go to, besides the addresses of accounts. Administrators' alerts go to any address.",
});

const storedSchema = z.object({ domains: z.array(z.string()) });

export const readMailDomains = async (db: Database | Transaction): Promise<string[]> =>
  (await readSetting(db, MAIL_DOMAINS_KEY, storedSchema))?.domains ?? [];
