// The truth about the installation: what it runs as, on what, with whom, and which of it can be changed here.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, queryRows } from "@/lib/db/client";
import type { Environment } from "@/lib/env";
import { shownSmtpUrl } from "@/lib/mail-address";
import type { Sealer } from "@/lib/sealing";
import { getMailServer } from "@/lib/settings/mail";
import { readMailDomains } from "@/lib/settings/mail-domains";
import { readRetention, retentionSchema } from "@/lib/settings/retention";
import { VERSION } from "@/lib/version";

const LEASE_SECONDS = 15; // who was not seen for so long is being replaced

export const installationSchema = z
  .object({
    version: z.string(),
    instance: z.string().meta({ description: "The instance serving this request" }),
    startedAt: z.iso.datetime(),
    replicas: z.array(
      z.object({
        instance: z.string(),
        seenAt: z.iso.datetime(),
        bots: z.int().meta({ description: "Number of bots connected by this instance" }),
      }),
    ),
    database: z.object({
      kind: z.enum(["pglite", "postgres"]),
      bytes: z.number(),
      host: z.string().optional(),
    }),
    dataDir: z.string(),
    publicUrl: z.string().nullable().meta({ description: "null: derived from each request" }),
    key: z.enum(["environment", "file"]).meta({ description: "Where the master key comes from" }),
    metrics: z.enum(["public", "private"]),
    proxies: z
      .object({ https: z.string().optional(), http: z.string().optional(), none: z.string().optional() })
      .meta({ description: "From the environment at startup, without passwords" }),
    retention: retentionSchema,
    mailDomains: z.array(z.string()).meta({ description: "Where members' alerts may be mailed to, besides accounts" }),
    mail: z
      .object({
        source: z.enum(["environment", "settings"]),
        server: z.string().meta({ description: "Without the password" }),
        from: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "Installation" });
export type Installation = z.infer<typeof installationSchema>;

export type InstallationParts = {
  db: Database;
  sealer: Sealer;
  env: Environment;
  databaseKind: "pglite" | "postgres";
  startedAt: Date;
};

export async function showInstallation(parts: InstallationParts): Promise<Installation> {
  const { db, env, databaseKind, startedAt } = parts;
  const [replicas, bytes, retention, mailDomains, mail] = await Promise.all([
    databaseKind === "pglite" ? itself(db, env.instance) : listReplicas(db),
    databaseBytes(db),
    readRetention(db),
    readMailDomains(db),
    shownMail(parts),
  ]);
  return {
    version: VERSION,
    instance: env.instance,
    startedAt: startedAt.toISOString(),
    replicas,
    database: { kind: databaseKind, bytes, ...(env.databaseUrl && { host: new URL(env.databaseUrl).host }) },
    dataDir: env.dataDir,
    publicUrl: env.publicUrl ?? null,
    key: env.secret ? "environment" : "file",
    metrics: env.metricsArePublic ? "public" : "private",
    proxies: env.proxies,
    retention,
    mailDomains,
    mail,
  };
}

async function listReplicas(db: Database): Promise<Installation["replicas"]> {
  const rows = await queryRows<{ instance: string; seen_at: string | Date; bots: number | string }>(
    db,
    sql`select r.instance, r.seen_at, (select count(*) from connections c where c.lease_owner = r.owner
        and c.lease_until >= now() and c.state = 'connected') as bots
      from replicas r where r.seen_at >= now() - make_interval(secs => ${LEASE_SECONDS}) order by r.instance`,
  );
  return rows.map(({ instance, seen_at, bots }) => ({
    instance,
    seenAt: new Date(seen_at).toISOString(),
    bots: Number(bots),
  }));
}

/** Of the embedded database, which no other process can use. */
async function itself(db: Database, instance: string): Promise<Installation["replicas"]> {
  const [row] = await queryRows<{ bots: number | string }>(
    db,
    sql`select count(*) as bots from connections
        where lease_owner is not null and lease_until >= now() and state = 'connected'`,
  );
  return [{ instance, seenAt: new Date().toISOString(), bots: Number(row?.bots ?? 0) }];
}

async function databaseBytes(db: Database): Promise<number> {
  const [row] = await queryRows<{ bytes: number | string }>(
    db,
    sql`select pg_database_size(current_database()) as bytes`,
  );
  return Number(row?.bytes ?? 0);
}

async function shownMail(parts: InstallationParts): Promise<Installation["mail"]> {
  const mail = await getMailServer(parts);
  if (!mail) return null;
  return {
    source: parts.env.mail ? "environment" : "settings",
    server: shownSmtpUrl(mail.url),
    from: mail.from,
  };
}
