import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { startInstallation } from "@/tests/support/api";
import { waitFor } from "@/tests/support/wait-for";

test.runIf(process.env.TEST_DATABASE_URL)("a killed process leaves the sandbox's chats to the next one", async () => {
  const { server, admin } = await startInstallation("postgres");
  const sql = postgres(server.env.DATABASE_URL ?? "", { max: 1 });
  onTestFinished(() => sql.end());
  const { id: botId } = await admin.post("/api/feishu/bots", { name: "Kept", domain: "sandbox", useWebSocket: true });
  const say = (text: string) => admin.post("/api/sandbox/messages", { botId, text });
  const texts = async () => {
    const { chats } = await admin.get(`/api/sandbox/chats?botId=${botId}`);
    return JSON.stringify(chats.flatMap(({ messages }: { messages: unknown[] }) => messages));
  };
  const count = async (words: string) => (await texts()).split(words).length - 1;
  await say("first words");
  await waitFor(async () => (await count("first words")) > 2, "the answer");
  const before = await texts();
  // What is stored by then is what was shown.
  await waitFor(async () => {
    const [row] = await sql`select state from sandbox_rooms where bot_id = ${botId}`;
    return row?.state.split("first words").length > 2;
  }, "the answer to be stored");
  server.kill("SIGKILL");
  await server.exited;
  await server.restart();
  // Until the lease of the killed process is over, the bot counts as connected there.
  await waitFor(texts, "the bot to be connected here", 60_000);
  expect(await texts()).toBe(before);
  await say("more words");
  await waitFor(async () => (await count("more words")) > 2, "an answer after the kill");
});
