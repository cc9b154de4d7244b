import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { ALERT_TIMING } from "@/lib/alerts/due";
import { lookAtBots } from "@/lib/alerts/look";
import { getConnectionStatus, listConnectionStatuses } from "@/lib/connections/status";
import { alertRules } from "@/lib/db/alert-tables";
import type { Database } from "@/lib/db/client";
import { MOST_ROWS } from "@/lib/db/page";
import { exportEvents } from "@/lib/events/export";
import { listCauses } from "@/lib/events/failures";
import { findNamed } from "@/lib/events/named";
import { findNeighbours } from "@/lib/events/neighbours";
import { countEvents, listAllEvents, listEvents, listFailed } from "@/lib/events/queries";
import { replayAll, replayCause } from "@/lib/events/replay-all";
import { readUsage } from "@/lib/events/usage";
import { countRecent } from "@/lib/metrics";
import { readCounts, readOverview } from "@/lib/overview/overview";
import { searchEverything } from "@/lib/search";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";
import { rowsTouched, statementsOf } from "@/tests/support/statements";

const STORED = 13_000;
/** A slice; the same again through an index and for the few rows of the other bots. */
const MOST_TOUCHED = 2 * MOST_ROWS + 1_000;
const hourAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const names = { ofPerson: async () => "", ofChat: async () => "" };

/** A bot that was written to very often, and one of somebody else that was written to three times, first of all. */
async function openScene(kind: Parameters<typeof freshDatabase>[0], stored = STORED) {
  const { db, bus } = await freshDatabase(kind);
  const [admin, member] = [await addPerson(db, "Admin", "admin"), await addPerson(db, "Member")];
  const [busy, quiet] = [await addBot(db, admin, { name: "Busy" }), await addBot(db, member, { name: "Quiet" })];
  const fill = (botId: string, from: number, to: number) =>
    db.execute(sql`
      insert into events (bot_id, event_id, event_type, message_id, chat_id, chat_type, sender_id, text, source, status, error,
        payload, lane, received_at, finished_at)
      select ${botId}, 'event-' || i, 'im.message.receive_v1', 'om_' || i, 'oc_' || i % 2, 'group', 'ou_' || i % 9,
        case when i = 5 then '订单在哪里 order' else 'hello ' || i end, 'sandbox',
        case when i % 2 = 0 or i = 3 then 'failed' else 'done' end,
        case when i % 2 = 0 or i = 3 then jsonb_build_object('code', case i when 4 then 'model.unpaid' else 'event.interrupted' end) end,
        '{}', 'oc', at, at
      from (select i, now() - interval '23 hours' + i * interval '1 second' as at
        from generate_series(${from}::int, ${to}::int) i) as message order by i`);
  await db.execute(sql`alter table events disable trigger user`);
  await fill(quiet, 1, 3);
  await fill(busy, 4, stored);
  await db.execute(sql`alter table events enable trigger user`);
  await db.execute(sql`insert into replies (bot_id, uuid, event_id, chat_id, kind, message_id, text, model, at)
    select bot_id, event_id, id, chat_id, case status when 'failed' then 'apology' else 'answer' end, 'om_a' || id, text, 'GPT', finished_at
    from events`);
  await db.execute(sql`analyze`);
  return { db, bus, admin, member, busy, quiet };
}

const textOf = async (parts: AsyncGenerator<string>) => {
  let text = "";
  for await (const part of parts) text += part;
  return text;
};

describeOnDatabases("reading beside a bot that was written to very often", (kind) => {
  test("no statement looks at more than a slice of what is stored; what is older is found all the same", async () => {
    const { db, bus, admin, member, busy, quiet } = await openScene(kind);
    await db.insert(alertRules).values({
      id: "rule",
      ownerId: admin.userId,
      name: "Rule",
      channel: "webhook",
      sealedTarget: "x",
      conditions: { error: true, failedMessages: true, recovered: true, silentMinutes: 5 },
      locale: "en",
    });
    const limit = 50;
    const span = { since: hourAgo(23), until: hourAgo(1) };
    const asked: Record<string, () => Promise<unknown>> = {
      "a log": () => listEvents(db, busy, { limit }),
      "a log by words": () => listEvents(db, busy, { limit, q: "nobody wrote this" }),
      "a log by sender": () => listEvents(db, busy, { limit, senderId: "ou_nobody" }),
      "a log by chat and status": () => listEvents(db, busy, { limit, chatId: "oc_0", status: "pending" }),
      "a log by status": () => listEvents(db, busy, { limit, status: "pending" }),
      "a log by time": () => listEvents(db, quiet, { limit, ...span }),
      "a log by time and words": () => listEvents(db, busy, { limit, ...span, q: "nobody wrote this" }),
      "a member's log": () => listAllEvents(db, member, { limit }),
      "a member's log by words": () => listAllEvents(db, member, { limit, q: "nobody wrote this" }),
      "a member's log by status": () => listAllEvents(db, member, { limit, status: "pending" }),
      "all logs by status": () => listAllEvents(db, admin, { limit, status: "pending" }),
      "all logs by time": () => listAllEvents(db, member, { limit, ...span }),
      "a count": () => countEvents(db, busy, {}),
      "a count by words": () => countEvents(db, busy, { q: "hello" }),
      "what failed": () => listFailed(db, busy),
      causes: () => listCauses(db, admin, undefined, "en"),
      "an export": () => textOf(exportEvents(db, busy, { format: "csv", locale: "en", q: "nobody wrote this" })),
      "the overview": () => readOverview(db, admin, "en", "UTC"),
      "the overview, once more": () => readOverview(db, member, "en", "UTC"),
      counts: () => readCounts(db, member),
      "a status": () => getConnectionStatus(db, busy, "en"),
      statuses: () => listConnectionStatuses(db, admin, "en", "all"),
      "a search": () => searchEverything({ db, names, locale: "en" }, member, "nobody wrote this"),
      "a search by id": () => searchEverything({ db, names, locale: "en" }, admin, "om_a5"),
      names: () => findNamed(db, names, { viewer: member }, "Ann"),
      neighbours: () => findNeighbours(db, admin, undefined, { q: "nobody wrote this" }, { id: 5_000 }),
      usage: () => readUsage(db, busy, 90),
      metrics: () => countRecent(db),
      alerts: () => lookAtBots(db, ALERT_TIMING),
      "a replay of what failed for one cause": () => replayCause({ db, bus }, admin, "model.unpaid"),
    };
    const tooMuch: string[] = [];
    for (const [what, ask] of Object.entries(asked)) {
      for (const statement of await statementsOf(db, ask)) {
        // Explaining a statement runs it: those that write would do so twice.
        if (!/^\s*(select|with)/i.test(statement.query)) continue;
        const touched = await rowsTouched(db, statement);
        if (touched > MOST_TOUCHED) tooMuch.push(`${what}: ${touched} rows: ${statement.query}`);
      }
    }
    expect(tooMuch).toEqual([]);

    // Two Chinese characters in the oldest message are found, and until then it is said how far was looked.
    const hurried = { rows: 2_000, lookMs: 0 };
    let cursor: string | undefined;
    const found: string[] = [];
    const searchedTo: number[] = [];
    do {
      const page = await listEvents(db, busy, { limit: 5, q: "订单", cursor }, hurried);
      found.push(...page.items.map(({ text }) => text ?? ""));
      if (page.searchedTo) searchedTo.push(page.searchedTo.getTime());
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(found).toEqual(["订单在哪里 order"]);
    expect(searchedTo.length).toBeGreaterThan(5);
    expect(searchedTo).toEqual(searchedTo.toSorted((a, b) => b - a));
    const unhurried = { rows: 2_000, lookMs: 60_000 };
    expect((await listAllEvents(db, admin, { limit: 5, q: "订单" }, unhurried)).items).toHaveLength(1);
    expect(await listAllEvents(db, admin, { limit: 5, q: "订单" }, unhurried)).toMatchObject({ searchedTo: null });

    // What is counted ends at ten thousand, and says so.
    const pace = { rows: MOST_ROWS, lookMs: 60_000 };
    expect(await countEvents(db, busy, {})).toEqual({ count: 10_000, more: true });
    expect(await countEvents(db, busy, { q: "hello" }, pace)).toEqual({ count: 10_000, more: true });
    // One of them was replayed above.
    expect(await countEvents(db, busy, { status: "failed" })).toEqual({ count: STORED / 2 - 2, more: false });
    expect(await countEvents(db, busy, { q: "hello" }, { ...pace, lookMs: 0 })).toMatchObject({ more: true });
    expect(await countEvents(db, quiet, { since: hourAgo(30) }, pace)).toEqual({ count: 3, more: false });
  });

  test("replays what failed for one cause, however much else failed before it", async () => {
    const stored = 1_200;
    const { db, bus, busy, admin } = await openScene(kind, stored);
    await db.execute(sql`update events set error = '{"code":"model.unpaid"}' where event_id = ${`event-${stored}`}`);
    expect(await replayCause({ db, bus }, admin, "model.unpaid")).toEqual({ replayed: 2, left: 0 });
    const bot = (await botRows(db)).find(({ id }) => id === busy);
    if (!bot) throw new Error("The bot is gone.");
    const { replayed, left } = await replayAll({ db, bus }, admin, bot, "failed");
    expect({ replayed, left }).toEqual({ replayed: 500, left: stored / 2 - 1 - 2 - 500 });
  });

  test("a search that nobody waits for any more ends", async () => {
    const { db, busy } = await openScene(kind, 100);
    const abort = new AbortController();
    const search = listEvents(db, busy, { limit: 5, q: "x" }, { rows: 10, lookMs: 60_000, signal: abort.signal });
    abort.abort();
    await expect(search).rejects.toThrow(/abort/i);
    const parts = exportEvents(db, busy, { format: "csv", locale: "en", signal: abort.signal });
    await expect(textOf(parts)).rejects.toThrow(/abort/i);
  });
});

const botRows = (db: Database) => db.query.bots.findMany();
