import { describe, expect, test } from "vitest";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { BotCredentials, CreateBotInput } from "@/lib/bots/schemas";
import { type BotRow, connections } from "@/lib/db/schema";
import { checkBot } from "@/lib/doctor/check-bot";
import { createIntake } from "@/lib/events/intake";
import { FeishuApis } from "@/lib/feishu/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { freshDatabase, quietLogger } from "@/tests/support/databases";
import { addBot, addPerson, testSealer } from "@/tests/support/people";
import { openSdkSocket } from "@/tests/support/sdk";

async function scene(input: Partial<CreateBotInput> = {}) {
  const cloud = await startTestCloud();
  const app = registerTestApp(cloud);
  const database = await freshDatabase();
  const { db } = database;
  const admin = await addPerson(db, "Admin", "admin");
  const credentials = { appId: app.appId, appSecret: app.appSecret, domain: cloud.origin };
  const botId = await addBot(db, admin, { ...credentials, ...input });
  const loadCredentials = async (id: string): Promise<BotCredentials | null> => {
    const row = await getBotRow(db, id);
    return row && openCredentials(testSealer, row, undefined);
  };
  const apis = new FeishuApis({ loadCredentials, logger: quietLogger });
  const context = { db, apis, loadCredentials, platform: { holdsConnections: true } };
  const examine = async (locale: "en" | "zh-CN" = "en") => {
    const { ok, checks } = await checkBot(context, (await getBotRow(db, botId)) as BotRow, locale);
    return { ok, of: Object.fromEntries(checks.map((check) => [check.id, check])) };
  };
  return { cloud, app, database, botId, examine };
}

describe("the doctor", () => {
  test("finds nothing wrong with a bot that is connected and has received something", async () => {
    const { database, botId, examine } = await scene({ useWebSocket: true });
    const leaseUntil = new Date(Date.now() + 60_000);
    await database.db.insert(connections).values({ botId, state: "connected", leaseOwner: "me", leaseUntil });
    const header = { event_id: "e1", event_type: "im.chat.updated_v1", app_id: "x" };
    const intake = createIntake({ ...database, logger: quietLogger });
    await intake.receive(botId, { schema: "2.0", header, event: {} }, "websocket");
    const { ok, of } = await examine();
    expect(ok).toBe(true);
    expect(Object.values(of).map(({ id, status }) => `${id} ${status}`)).toEqual([
      "credentials pass",
      "bot pass",
      "connection pass",
      "clients pass",
      "webhook skip",
      "events pass",
    ]);
  });

  test("tells wrong credentials with the cure, in the reader's language, and asks nothing further", async () => {
    const { examine } = await scene({ appSecret: "wrong" });
    const { ok, of } = await examine("zh-CN");
    expect(ok).toBe(false);
    expect(of.credentials).toMatchObject({ status: "fail", fix: expect.stringContaining("凭证与基础信息") });
    expect(of.bot?.status).toBe("skip");
  });

  test("tells a cloud that cannot be reached from wrong credentials", async () => {
    const { cloud, examine } = await scene();
    await cloud.stop();
    const { of } = await examine();
    expect(of.credentials).toMatchObject({ status: "fail", fix: expect.stringContaining("network") });
  });

  test("says that nothing can arrive without a long connection and without a webhook key", async () => {
    const { examine } = await scene();
    const { ok, of } = await examine();
    expect(ok).toBe(false);
    expect(of.webhook).toMatchObject({ status: "fail", fix: expect.any(String) });
    expect(of.events?.status).toBe("warn");
  });

  test("notices another program that is connected with the same app", async () => {
    const { cloud, app, examine } = await scene();
    await openSdkSocket(cloud, app, {});
    expect((await examine()).of.clients).toMatchObject({ status: "warn", fix: expect.any(String) });
  });

  test("does not guess how many programs are connected when Feishu does not say", async () => {
    const { cloud, examine } = await scene();
    cloud.faults.add({ on: "api", as: "error", path: "*/event/v1/connection", code: 99991672, httpStatus: 400 });
    expect((await examine()).of.clients?.status).toBe("skip");
  });
});
