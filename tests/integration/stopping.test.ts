// Ending an answer while it is written, from this process and from another one.
import { expect, test } from "vitest";
import { stopAnswers } from "@/lib/events/stopping";
import { startTestCloud } from "@/tests/support/cloud";
import { databaseKinds, describeOnDatabases, freshPostgres, openReplica } from "@/tests/support/databases";
import { botTexts, hear, openInbox } from "@/tests/support/inbox";
import { withModel } from "@/tests/support/model-scene";
import { waitFor } from "@/tests/support/wait-for";
import { openWork } from "@/tests/support/work";

const names = ({ steps }: { steps: { name: string }[] }) => steps.map(({ name }) => name);

describeOnDatabases("stopping an answer", (kind) => {
  test("ends what is written in that chat, and nothing else", async () => {
    const work = await openWork(kind);
    const { db, bus } = work.database;
    const { fake, bot } = await withModel(work, { stream: false });
    fake.always({ text: ["never "], end: "hang" });
    const here = await work.write("one", { to: bot });
    const there = await work.write("two", { to: bot, from: "Bo" });
    await waitFor(() => fake.open === 2, "both answers");
    await stopAnswers(db, bus, { botId: bot.id, chatId: work.chatOf("Ann", bot), threadId: "omt_other" });
    await stopAnswers(db, bus, { botId: work.bot.id });
    await stopAnswers(db, bus, { botId: bot.id, before: here.id });
    await stopAnswers(db, bus, { botId: bot.id, chatId: work.chatOf("Ann", bot) });
    const event = await work.finished(here.id);
    expect(event).toMatchObject({ status: "done", attempts: 1, error: null });
    expect(names(event).slice(-2)).toEqual(["started", "stopped"]);
    await waitFor(() => fake.open === 1, "the end of the call");
    expect((await work.event(there.id)).status).toBe("processing");
    await stopAnswers(db, bus, { botId: bot.id, eventId: there.id });
    expect((await work.finished(there.id)).status).toBe("done");
    expect(botTexts(work.cloud, work.chatOf("Ann", bot))).toEqual([]);
    // The chat goes on as if nothing had been.
    fake.always({ text: ["Hello!"] });
    const next = await work.write("three", { to: bot });
    expect(names(await work.finished(next.id))).not.toContain("stopped");
  });

  test("what waits for its next try is not tried again", async () => {
    const work = await openWork(kind);
    const { db, bus } = work.database;
    const { fake, bot } = await withModel(work, { stream: false });
    fake.next({ status: 503, headers: { "retry-after": "50" } });
    const { id } = await work.write("one", { to: bot });
    await waitFor(async () => (await work.event(id)).error, "the failed try");
    await stopAnswers(db, bus, { botId: bot.id, chatId: work.chatOf("Ann", bot) });
    const event = await work.finished(id);
    expect(event.status).toBe("done");
    expect(names(event).slice(-2)).toEqual(["stopAsked", "stopped"]);
    expect(fake.requests).toHaveLength(1);
  });
});

test.runIf(databaseKinds.includes("postgres"))("an answer is stopped from another process", async () => {
  const { url } = await freshPostgres();
  const cloud = await startTestCloud();
  const inbox = openInbox(await openReplica(url, "writer"), cloud);
  const { fake, bot } = await withModel(inbox, { stream: false });
  await inbox.startWorker();
  fake.next({ text: ["never "], end: "hang" });
  const { chatId } = cloud.directChat(bot.appId, "Ann");
  const asked = hear(cloud, { appId: bot.appId, chatId, text: "one" });
  const { id } = await inbox.intake.receive(bot.id, asked, "sandbox");
  await waitFor(() => fake.open === 1, "the answer");
  const other = await openReplica(url, "other");
  await stopAnswers(other.db, other.bus, { botId: bot.id, chatId });
  expect(await inbox.finished(id)).toMatchObject({ status: "done", attempts: 1 });
  await waitFor(() => fake.open === 0, "the end of the call");
});
