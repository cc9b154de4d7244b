import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { createBot } from "@/lib/bots/changes";
import { openDatabase } from "@/lib/db/client";
import { events } from "@/lib/db/schema";
import { getRuntime, runtimeLogger } from "@/lib/runtime";
import { randomAppId } from "@/tests/support/app-ids";
import { quietLogger } from "@/tests/support/databases";
import { startService } from "@/tests/support/http-service";
import { envelopeOf } from "@/tests/support/inbox";
import { addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const holder = () =>
  (globalThis as Record<symbol, { stop(limitMs?: number): Promise<void> } | undefined>)[Symbol.for("larkspur")];

async function freshInstallation(): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  const dataDir = path.join(parent, "data");
  onTestFinished(async () => {
    await holder()?.stop();
    delete (globalThis as Record<symbol, unknown>)[Symbol.for("larkspur")];
    vi.unstubAllEnvs();
    await rm(parent, { recursive: true, force: true });
  });
  vi.stubEnv("DATABASE_URL", "");
  vi.stubEnv("LARKSPUR_SECRET", "0123456789abcdef0123456789abcdef");
  vi.stubEnv("LARKSPUR_DATA_DIR", dataDir);
  vi.stubEnv("LARKSPUR_LOG_LEVEL", "error");
  return dataDir;
}

test("a start that failed is tried anew by the next request, and nothing of the first is left", async () => {
  const dataDir = await freshInstallation();
  // Fails late: the database is open by then, and its folder locked.
  vi.stubEnv("LARKSPUR_API_TOKEN", "0123456789abcdef0123456789abcdef");
  await expect(Promise.all([getRuntime(), getRuntime()])).rejects.toMatchObject({ code: "unavailable" });
  expect(runtimeLogger()).toBeUndefined();
  vi.stubEnv("LARKSPUR_API_TOKEN", "");
  expect((await getRuntime()).databaseKind).toBe("pglite");
  await expect(writeFile(path.join(dataDir, "lock"), "", { flag: "wx" })).rejects.toMatchObject({ code: "EEXIST" });
});

test("an answer that does not end is given back before the database closes", async () => {
  const dataDir = await freshInstallation();
  const runtime = await getRuntime();
  const service = await startService(() => undefined);
  const admin = await addPerson(runtime.db, "Admin", "admin");
  const reply = { kind: "http" as const, url: service.url, timeoutSeconds: 300 };
  const app = { name: "A bot", appId: randomAppId(), appSecret: "secret", domain: "http://127.0.0.1:9" };
  const botId = await createBot(runtime, admin, { ...app, reply });
  const envelope = envelopeOf({ appId: app.appId, chatId: "oc_1", messageId: "om_1", text: "hello" });
  const { id } = await runtime.intake.receive(botId, envelope, "webhook");
  await waitFor(() => service.calls.length > 0, "the service to be asked");
  await holder()?.stop(3_000);
  const reopened = await openDatabase({ dataDir, instance: "after", logger: quietLogger });
  onTestFinished(() => reopened.close());
  const [row] = await reopened.db.select().from(events).where(eq(events.id, id));
  expect(row).toMatchObject({ status: "pending", attempts: 0, leaseOwner: null });
});
