import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { openBus } from "@/lib/db/bus";
import { openPostgres } from "@/lib/db/postgres";
import { createLogger } from "@/lib/logger";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { databaseKinds, freshPostgres, openReplica } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

const onPostgres = test.runIf(databaseKinds.includes("postgres"));

/** A replica that only listens, and what it logs and hears. */
async function listener(url: string) {
  const lines: string[] = [];
  const logger = createLogger("warn", { write: (line: string) => void lines.push(line) });
  const driver = await openPostgres(url, logger);
  const bus = await openBus(driver, "listener", logger);
  onTestFinished(() => bus.close().then(() => driver.close()));
  const heard: unknown[] = [];
  for (const topic of ["bot", "status", "event", "settings", "stop"] as const)
    bus.subscribe(topic, (news) => heard.push(news));
  return { lines, heard };
}

onPostgres("news reach another replica as they were told", async () => {
  const { url } = await freshPostgres();
  const { bus } = await openReplica(url, "teller");
  const { heard, lines } = await listener(url);
  const told = [
    { topic: "bot", botId: "1" },
    { topic: "status", botId: "2" },
    { topic: "event", botId: "3", id: 4 },
    { topic: "event", botId: "3", id: 5, due: true },
    { topic: "settings" },
    { topic: "stop", botId: "3", chatId: "oc_1" },
  ] as const;
  for (const news of told) bus.publish(news);
  await waitFor(() => heard.length === told.length, "the news");
  expect(heard).toEqual(told);
  expect(lines).toEqual([]);
});

onPostgres("what others write to the channel harms nobody, and is told once", async () => {
  const { url } = await freshPostgres();
  const { heard, lines } = await listener(url);
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  const strange = ["x", "", "null", "[]", "{}", '{"from":"x"}', '{"from":1,"news":[]}', '{"from":"x","news":{}}'];
  for (const payload of strange) await sql.notify("larkspur", payload);
  const mixed = [null, 7, { topic: "weather" }, { topic: "bot" }, { topic: "event", botId: "1", id: "2" }];
  await sql.notify("larkspur", JSON.stringify({ from: "x", news: [...mixed, { topic: "bot", botId: "last" }] }));
  await waitFor(() => heard.length > 0, "what is understood");
  expect(heard).toEqual([{ topic: "bot", botId: "last" }]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", strange: "x" });
});

onPostgres("news come again after the database was away", async () => {
  const { url } = await freshPostgres();
  const proxy = await startDatabaseProxy(url);
  const { bus } = await openReplica(url, "teller");
  const { heard } = await listener(proxy.url);
  const tell = async () => {
    bus.publish({ topic: "settings" });
    return heard.length > 0;
  };
  await waitFor(tell, "news before");
  for (const _time of [1, 2]) {
    proxy.cut();
    heard.length = 0;
    proxy.mend();
    await waitFor(tell, "news after");
  }
});
