// Which e-mail addresses a member's alerts may go to, so that nobody sends mail to strangers through Larkspur.
import { inArray, sql } from "drizzle-orm";
import { AlertError } from "@/lib/alerts/alert-error";
import type { Channel } from "@/lib/alerts/schemas";
import type { Database, Transaction } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { parseReceivers } from "@/lib/mail-address";
import { readMailDomains } from "@/lib/settings/mail-domains";

type Told = { channel: Channel; target: string; ownerIsAdmin: boolean };

/** Neither an account's address nor one in a domain that administrators allow. */
async function strangersIn(db: Database | Transaction, { channel, target, ownerIsAdmin }: Told): Promise<string[]> {
  if (channel !== "email" || ownerIsAdmin) return [];
  const domains = await readMailDomains(db);
  const others = (parseReceivers(target) ?? []).filter(
    (address) => !domains.includes(address.slice(address.lastIndexOf("@") + 1).toLowerCase()),
  );
  if (others.length === 0) return [];
  const email = sql<string>`lower(${users.email})`;
  const lower = others.map((address) => address.toLowerCase());
  const rows = await db.select({ email }).from(users).where(inArray(email, lower));
  const known = new Set(rows.map((row) => row.email));
  return others.filter((address) => !known.has(address.toLowerCase()));
}

/** When a rule is saved. */
export async function requireReceivers(tx: Transaction, told: Told): Promise<void> {
  const strangers = await strangersIn(tx, told);
  if (strangers.length === 0) return;
  throw new AppError("forbidden", "alert.receiversForAdmins", { params: { receivers: strangers.join(", ") } });
}

/** Before anything is sent: a rule may be older than its owner's role, or than what is allowed. */
export async function refuseStrangers(db: Database, told: Told): Promise<void> {
  const strangers = await strangersIn(db, told);
  if (strangers.length === 0) return;
  throw new AlertError({ code: "alert.mail.notAllowed", params: { receivers: strangers.join(", ") } });
}
