// A process that is killed or frozen: others take its bots and its work over, and it does no harm when it wakes.
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { freshPostgres } from "@/tests/support/databases";
import { agreeOnStatuses, converse, openCluster, reaches, TAKEOVER_LIMIT_MS } from "@/tests/support/replicas";
import { waitFor } from "@/tests/support/wait-for";

async function twoReplicas(bots: number) {
  const { url } = await freshPostgres();
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  const cluster = await openCluster(url);
  const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")]);
  await cluster.addBots(bots, a);
  await reaches(cluster, a, { a: bots / 2, b: bots / 2 });
  return { cluster, a, b, sql };
}

test("a killed replica's bots are connected elsewhere, and its messages are answered once", async () => {
  const { cluster, a, b } = await twoReplicas(4);
  const talk = converse(cluster);
  await talk.goesOn(50);
  a.server.kill("SIGKILL", "group");
  expect(await a.server.exited).toEqual({ code: null, signal: "SIGKILL" });
  await reaches(cluster, b, { b: 4 });
  await talk.goesOn(50);
  await talk.end();
});

test("a frozen replica finds out that it lost its bots and its work before it acts", async () => {
  const { cluster, a, b, sql } = await twoReplicas(4);
  const { cloud, bots } = cluster;
  const appId = bots[0]?.app.appId ?? "";
  // Answering this one takes a question to the cloud: whoever has claimed it is frozen while it waits.
  cloud.faults.add({ on: "api", as: "slow", path: "*/bot/v3/info", times: 1, delayMs: 5_000 });
  const { chatId } = cloud.directChat(appId, "Di");
  const { messageId } = cloud.say({ appId, chatId, from: "Di", text: "are you there", mentions: ["bot"] });
  await waitFor(() => cloud.faults.list().length === 0, "the question to the cloud");
  const [claimed] = await sql`select lease_owner from events where status = 'processing'`;
  const [frozen, other] = claimed?.lease_owner.startsWith("a/") ? [a, b] : [b, a];
  frozen.server.kill("SIGSTOP");
  const talk = converse(cluster);
  const isTakenOver = async () => {
    const rows = await sql`select 1 from connections where instance = ${other.instance} and state = 'connected'`;
    return rows.length === bots.length;
  };
  await waitFor(isTakenOver, "the other to have every bot", TAKEOVER_LIMIT_MS);
  const repliesTo = () => cloud.calls.filter(({ path }) => path.endsWith(`/${messageId}/reply`)).length;
  await waitFor(() => repliesTo() === 1, "the other's answer", TAKEOVER_LIMIT_MS);
  await talk.goesOn(30);

  frozen.server.kill("SIGCONT");
  await waitFor(() => frozen.server.logs().includes("Another worker has taken the event over"), "it to find out");
  await talk.goesOn(30);
  await reaches(cluster, other, { a: 2, b: 2 });
  await agreeOnStatuses(a, b);
  await talk.end();
  expect(repliesTo()).toBe(1);
});
