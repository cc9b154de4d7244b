import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { openPglite } from "@/lib/db/pglite";
import { openPostgres } from "@/lib/db/postgres";
import { databaseKinds, freshPostgres, quietLogger } from "@/tests/support/databases";
import { startTransactionPooler } from "@/tests/support/pooler";

test.runIf(databaseKinds.includes("postgres"))(
  "a user who may not create tables is told so, and not with a statement",
  async () => {
    const { url } = await freshPostgres();
    const admin = postgres(url, { max: 1, onnotice: () => undefined });
    const name = `larkspur_${randomBytes(6).toString("hex")}`;
    await admin.unsafe(`create role ${name} login password '${name}'`);
    onTestFinished(async () => {
      await admin.unsafe(`drop role ${name}`);
      await admin.end();
    });
    const limited = new URL(url);
    limited.username = name;
    limited.password = name;
    const message = `DATABASE_URL: the user ${name} does not have permission to create tables in ${limited.pathname.slice(1)}`;
    await expect(openPostgres(limited.toString(), quietLogger)).rejects.toThrow(message);
  },
);

describe.runIf(databaseKinds.includes("postgres"))("a pooler that gives sessions away between transactions", () => {
  test.each(["last", "in turn"] as const)("is refused with the way out (%s)", async (order) => {
    const { url } = await freshPostgres();
    const pooler = await startTransactionPooler(url, order);
    const { host } = new URL(pooler.url);
    const message = new RegExp(`^DATABASE_URL: ${host} is a connection pooler in transaction mode.*session mode.*$`);
    await expect(openPostgres(pooler.url, quietLogger).then(() => "opened")).rejects.toThrow(message);
  });
});

test("an embedded database of another form is told in one line, and its folder is free again", async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const other = await PGlite.create(path.join(dataDir, "pg"));
  await other.exec("create table users (id int)");
  await other.close();
  for (const _try of [1, 2]) {
    await expect(openPglite(dataDir, quietLogger)).rejects.toThrow(
      /^The embedded database in \S+ could not be upgraded to this version: relation "users" already exists\. .*$/,
    );
  }
});
