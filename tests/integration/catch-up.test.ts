import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { ConnectionManager } from "@/lib/connections/manager";
import { getConnectionStatus } from "@/lib/connections/status";
import { bots, chats } from "@/lib/db/schema";
import { heardBefore, LIST, scene, startProcess } from "@/tests/support/catch-up";
import {
  databaseKinds,
  describeOnDatabases,
  freshDatabase,
  freshPostgres,
  openReplica,
} from "@/tests/support/databases";
import { botTexts } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";

describeOnDatabases("catching up", (kind) => {
  test("what was said while the bot was away is answered once, in order", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at);
    const texts = ["one", "two", "three"];
    for (const text of texts) at.say(text);
    await startProcess(at.database);
    const rows = await at.finished(4);
    expect(rows.map(({ text, source, status }) => [text, source, status])).toEqual([
      ["before", "websocket", "done"],
      ...texts.map((text) => [text, "catchup", "done"]),
    ]);
    expect(rows[1]).toMatchObject({
      eventId: `catchup-${rows[1]?.messageId}`,
      chatType: "p2p",
      senderId: expect.any(String),
    });
    expect(rows[1]?.senderId).toBe(rows[0]?.senderId);
    expect(botTexts(at.cloud, at.chatId)).toEqual(["before", ...texts]);
  });

  test("whoever is listed by user_id is answered, too, though the history names people by open_id", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at);
    const { db } = at.database;
    const listed = { ...DEFAULT_POLICY, directMessages: "allowlist", allowSenders: ["u_ann"] };
    await db.update(bots).set({ policy: sql`${JSON.stringify(listed)}::text::jsonb` });
    await db.execute(
      sql`update events set payload = jsonb_set(payload, '{event,sender,sender_id,user_id}', '"u_ann"')`,
    );
    at.say("missed");
    await startProcess(at.database);
    expect((await at.finished(2))[1]).toMatchObject({ text: "missed", source: "catchup", status: "done" });
  });

  test("a message that is pushed and listed is one event with one answer", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at);
    const said = ["one", "two"].map((text) => at.say(text));
    const online = Date.now();
    await startProcess(at.database);
    await at.online();
    for (const { eventId } of said) at.cloud.repush(at.bot.app.appId, eventId);
    await at.caughtUp(online);
    for (const { eventId } of said) at.cloud.repush(at.bot.app.appId, eventId);
    const settled = () => at.cloud.deliveries(at.bot.app.appId).every(({ acknowledged }) => acknowledged);
    await waitFor(settled, "every push to be acknowledged");
    await at.finished(3);
    expect(await at.stored()).toHaveLength(3);
    expect(botTexts(at.cloud, at.chatId).toSorted()).toEqual(["before", "one", "two"]);
  });

  test("what is heard right after the gap does not hide the gap", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at, { createTime: Date.now() - 3_600_000 });
    at.say("missed", { createTime: Date.now() - 1_800_000 });
    const list = at.cloud.faults.add({ on: "api", as: "error", path: LIST, method: "GET", httpStatus: 500 });
    const first = await startProcess(at.database, { retriesMs: [] });
    await at.online();
    at.say("after");
    await at.finished(2);
    await first.stop();
    list.remove();
    // The next process knows of the gap by the database alone.
    await startProcess(at.database);
    const rows = await at.finished(3);
    expect(rows.map(({ text, source }) => [text, source])).toEqual([
      ["before", "websocket"],
      ["after", "websocket"],
      ["missed", "catchup"],
    ]);
  });

  test("after it is caught up, what is heard moves the cursor, but never into the future", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at);
    const online = Date.now();
    await startProcess(at.database);
    await at.caughtUp(online);
    await at.rewind(3_600_000);
    at.say("now", { createTime: online + 1 });
    await at.finished(2);
    expect((await at.cursor())?.cursorAt.getTime()).toBe(online + 1);
    await at.rewind(3_600_000);
    at.say("from the future", { createTime: Date.now() + 86_400_000 });
    await at.finished(3);
    const cursorAt = (await at.cursor())?.cursorAt.getTime() ?? 0;
    expect(cursorAt).toBeGreaterThan(online + 1);
    expect(cursorAt).toBeLessThanOrEqual(Date.now());
  });

  test("a process that fails in the middle goes on where it stopped", async () => {
    const at = await scene(await freshDatabase(kind));
    await heardBefore(at, { createTime: Date.now() - 3_600_000 });
    const begin = Date.now() - 3_000_000;
    for (let i = 0; i < 120; i += 1) at.say(`m${i}`, { createTime: begin + i * 10_000 });
    // The first page arrives, "before" among it; the second never does.
    let pages = 0;
    const ended = at.cloud.on("call", ({ method, path }) => {
      if (method !== "GET" || !path.endsWith("/im/v1/messages")) return;
      pages += 1;
      if (pages === 1) at.cloud.faults.add({ on: "api", as: "hang", path: LIST, method: "GET" });
    });
    const first = await startProcess(at.database);
    await waitFor(async () => (await at.stored()).length >= 50, "the first page to be stored");
    await first.stop();
    ended();
    at.cloud.faults.clear();
    const before = at.lists().length;
    await startProcess(at.database);
    const rows = await at.finished(121);
    expect(rows.map(({ text }) => text)).toEqual(["before", ...Array.from({ length: 120 }, (_, i) => `m${i}`)]);
    const [resumed] = at.lists().slice(before);
    const start = Number(new URLSearchParams(resumed?.query).get("start_time"));
    expect(start).toBeGreaterThan(begin / 1000);
    expect(botTexts(at.cloud, at.chatId)).toHaveLength(121);
  });
});

describe("catching up", () => {
  test("what is older than the bot's limit is stored, and says why it is not answered", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at, { createTime: Date.now() - 4 * 86_400_000 });
    at.say("old", { createTime: Date.now() - 2 * 86_400_000 });
    at.say("young");
    await startProcess(at.database);
    const rows = await at.finished(3);
    expect(rows.slice(1).map(({ text, status, reason }) => [text, status, reason])).toEqual([
      ["old", "ignored", "event.tooOld"],
      ["young", "done", null],
    ]);
    expect(botTexts(at.cloud, at.chatId)).toEqual(["young"]);
  });

  test("pages follow pages; a limit on the way is waited out", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at);
    for (let i = 0; i < 130; i += 1) at.say(`m${i}`);
    const headers = { "x-ogw-ratelimit-reset": "1" };
    const limit = { on: "api", as: "error", path: LIST, method: "GET", httpStatus: 429, code: 99991400 } as const;
    at.cloud.faults.add({ ...limit, headers, times: 2 });
    // A failed run would not be tried again.
    await startProcess(at.database, { retriesMs: [] });
    const rows = await at.finished(131);
    expect(rows.map(({ text }) => text)).toEqual(["before", ...Array.from({ length: 130 }, (_, i) => `m${i}`)]);
    const [first, second, third] = at.lists();
    expect((third?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(second?.status).toBe(429);
  });

  test("without the scope nothing breaks, its status says what is missing, and a change of the bot asks again", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at);
    const { appId, appSecret } = at.bot.app;
    at.cloud.registerApp({ appId, appSecret, scopes: ["im:message:send_as_bot"] });
    at.say("missed");
    const { lines, catchUp } = await startProcess(at.database);
    const said = () => lines.filter((line) => line.includes("could not be listed"));
    await waitFor(() => said().length > 0, "a line in the log");
    expect(said()[0]).toContain("im:message:readonly");
    catchUp.request(at.bot.id);
    at.say("after");
    await at.finished(2);
    const missing = await waitFor(async () => {
      const status = await at.bot.status();
      return status.catchUpError && status;
    }, "the status to say so");
    expect(missing).toMatchObject({ state: "connected", catchUpError: expect.stringContaining("im:message:readonly") });
    expect(missing.error).toBeUndefined();
    expect((await getConnectionStatus(at.database.db, at.bot.id, "zh-CN")).catchUpError).toContain("权限管理");
    // It comes back with its connection, without another question.
    at.cloud.cut(appId);
    await waitFor(() => at.cloud.connections(appId).length === 0, "the connection to be lost");
    await at.online();
    await waitFor(async () => (await at.bot.status()).catchUpError, "the status to say so again");
    expect(at.lists()).toHaveLength(1);
    expect(said()).toHaveLength(1);
    at.cloud.registerApp({ appId, appSecret, scopes: null });
    await at.bot.update({ name: "Another name" });
    const rows = await at.finished(3);
    expect(rows.map(({ text }) => text)).toEqual(["before", "after", "missed"]);
    await waitFor(async () => !(await at.bot.status()).catchUpError, "the status to say nothing any more");
  });

  test("what is refused is asked again after a while, without a change and without a new connection", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at);
    const { appId, appSecret } = at.bot.app;
    at.cloud.registerApp({ appId, appSecret, scopes: ["im:message:send_as_bot"] });
    at.say("missed");
    await startProcess(at.database, { refusedMs: 300 });
    await waitFor(() => at.lists().length >= 2, "a second question");
    at.cloud.registerApp({ appId, appSecret, scopes: null });
    expect((await at.finished(2)).map(({ text }) => text)).toEqual(["before", "missed"]);
  });

  test.runIf(databaseKinds.includes("postgres"))("who loses the bot on the way stores nothing more of it", async () => {
    const at = await scene(await freshDatabase("postgres"));
    await heardBefore(at, { createTime: Date.now() - 3_600_000 });
    for (let i = 0; i < 120; i += 1) at.say(`m${i}`, { createTime: Date.now() - 3_000_000 + i * 10_000 });
    const caughtUpAt = (await at.cursor())?.caughtUpAt;
    let isLost = false;
    // Two pages are asked for; when the second has come, the bot is another's.
    const loseAfterTwo = async (manager: ConnectionManager) => {
      if (isLost || at.lists().length < 2) return;
      isLost = true;
      await at.database.db.execute(sql`update connections set lease_owner = 'other', fence = fence + 1,
        lease_until = now() + interval '1 hour'`);
      const held = () => Object.values(manager.counts).reduce((sum, count) => sum + count, 0);
      await waitFor(() => held() === 0, "the manager to see it");
    };
    const { lines } = await startProcess(at.database, {}, { beforeHolds: loseAfterTwo });
    await waitFor(() => lines.some((line) => line.includes("caught up on missed messages")), "the end of the run");
    expect(isLost).toBe(true);
    expect(await at.stored()).toHaveLength(50);
    expect(at.lists()).toHaveLength(2);
    expect((await at.cursor())?.caughtUpAt).toEqual(caughtUpAt);
  });

  test("in groups it needs one more scope; the policy judges what is listed like what is pushed", async () => {
    const at = await scene(await freshDatabase());
    const { appId, appSecret } = at.bot.app;
    const group = at.cloud.group("team", { apps: [appId], people: ["Ann"] }).chatId;
    const other = at.cloud.group("others", { apps: [appId], people: ["Ann"] }).chatId;
    const first = await startProcess(at.database);
    await at.online();
    for (const chatId of [at.chatId, group, other]) at.say("before", { chatId, mentions: ["bot"] });
    await at.finished(3);
    await first.stop();
    await waitFor(() => at.cloud.connections(appId).length === 0, "the bot to be offline");
    at.say("to nobody", { chatId: group });
    at.say("to the bot", { chatId: group, mentions: ["bot"] });
    at.say("directly");
    at.cloud.registerApp({ appId, appSecret, scopes: ["im:message"] });
    const second = await startProcess(at.database);
    expect((await at.finished(4)).at(-1)).toMatchObject({ text: "directly", status: "done" });
    await second.stop();
    // One question about groups was enough to know.
    expect(second.lines.filter((line) => line.includes("im:message.group_msg"))).toHaveLength(1);
    at.cloud.registerApp({ appId, appSecret, scopes: null });
    await startProcess(at.database);
    const rows = await at.finished(6);
    expect(rows.slice(4).map(({ text, chatType, status, reason }) => [text, chatType, status, reason])).toEqual([
      ["to nobody", "group", "ignored", "event.notMentioned"],
      ["to the bot", "group", "done", null],
    ]);
  });

  test("neither what was recalled nor a chat that the bot has left is in its way", async () => {
    const at = await scene(await freshDatabase());
    const { appId } = at.bot.app;
    const group = at.cloud.group("team", { apps: [appId], people: ["Ann"] }).chatId;
    const first = await startProcess(at.database);
    await at.online();
    at.say("before");
    at.say("before", { chatId: group, mentions: ["bot"] });
    await at.finished(2);
    await first.stop();
    await waitFor(() => at.cloud.connections(appId).length === 0, "the bot to be offline");
    at.cloud.recallMessage(at.say("recalled").messageId);
    at.say("missed");
    at.cloud.removeBot(group, appId, "Ann");
    await startProcess(at.database, { retriesMs: [] });
    const rows = await at.finished(3);
    expect(rows.slice(2).map(({ text }) => text)).toEqual(["missed"]);
  });

  test("a failure is tried again; a flapping connection asks no more often than allowed, but once more at the end", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at);
    at.say("missed");
    at.cloud.faults.add({ on: "api", as: "error", path: LIST, method: "GET", httpStatus: 502, times: 2 });
    const { catchUp } = await startProcess(at.database, { betweenRunsMs: 1_500 });
    await at.finished(2);
    const begun = at.lists().length;
    expect(begun).toBe(3);
    const last = Date.now();
    for (let i = 0; i < 5; i += 1) catchUp.request(at.bot.id);
    await at.caughtUp(last);
    expect(at.lists()).toHaveLength(begun + 1);
  });

  test("chats of a bot that was heard before chats were written down are known by its events", async () => {
    const at = await scene(await freshDatabase());
    await heardBefore(at);
    await at.database.db.delete(chats);
    at.say("missed");
    await startProcess(at.database);
    expect((await at.finished(2)).map(({ text }) => text)).toEqual(["before", "missed"]);
  });

  test.runIf(databaseKinds.includes("postgres"))("two replicas that hand a bot over answer nothing twice", async () => {
    const { url } = await freshPostgres();
    const at = await scene(await openReplica(url, "observer"));
    await heardBefore(at);
    at.say("missed");
    const first = await startProcess(await openReplica(url, "a"), {}, { instance: "a" });
    await at.finished(2);
    const second = await startProcess(await openReplica(url, "b"), {}, { instance: "b" });
    const texts = Array.from({ length: 30 }, (_, i) => `m${i}`);
    const handedOver = Date.now();
    const stopped = first.stop();
    for (const text of texts) {
      at.say(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopped;
    await at.caughtUp(handedOver);
    const rows = await at.finished(32);
    expect(rows.map(({ text }) => text).toSorted()).toEqual(["before", "missed", ...texts].toSorted());
    expect(botTexts(at.cloud, at.chatId).toSorted()).toEqual(["before", "missed", ...texts].toSorted());
    await second.stop();
  });
});
