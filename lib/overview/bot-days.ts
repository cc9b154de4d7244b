// The last 24 hours of each bot that the viewer may see: the spans of its availability bar, its last message and reply.
import { asc, type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { availabilityOf } from "@/lib/connections/history";
import { type Span, spansOf, stateOfChange } from "@/lib/connections/spans";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { bots, type connectionChanges } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import type { DayCounts } from "@/lib/overview/day-counts";
import { MOST_FAILED_OF_BOT } from "@/lib/overview/limits";
import { type BotDay, SPANS } from "@/lib/overview/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

/** More are not read of one bot: what came before them in the day is not known then. */
const MOST_CHANGES = 500;
/** One of so many was asked for the first time, and tells how soon it was answered. */
const NEWEST_ANSWERS = 100;
/** So many bots a statement. */
const AT_ONCE = 5;

type Row = {
  id: string;
  changes: { at: number; state: (typeof connectionChanges.$inferSelect)["state"]; reason: Reason | null }[] | null;
  last_message_at: string | Date | null;
  last_reply_at: string | Date | null;
  answer_ms: number | null;
  failed: number | null;
};

type Day = { from: Date; to: Date; counts: DayCounts["bots"] };

export async function readBotDays(
  db: Database,
  viewer: Viewer,
  from: Date,
  to: Date,
  locale: Locale,
  counts: DayCounts["bots"] = new Map(),
) {
  const ids = await db
    .select({ id: bots.id })
    .from(bots)
    .where(visibleTo(viewer))
    .orderBy(asc(bots.createdAt), asc(bots.id));
  const reasons = new Reasons(locale);
  const shown: BotDay[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE).map(({ id }) => id);
    const rows = await queryRows<Row>(db, statement(some, from));
    shown.push(...rows.map((row) => showBotDay(row, { from, to, counts }, reasons)));
  }
  return { bots: shown, reasons: reasons.sentences };
}

/** Many bots go down for the same reason: its sentence is made and told once. */
class Reasons {
  readonly sentences: string[] = [];
  readonly #told = new Map<string, string>();
  readonly #numbers = new Map<string, number>();
  readonly #locale: Locale;

  constructor(locale: Locale) {
    this.#locale = locale;
  }

  tell(reason: Reason): string {
    const key = JSON.stringify(reason);
    const sentence = this.#told.get(key) ?? describeReason(reason, this.#locale);
    this.#told.set(key, sentence);
    return sentence;
  }

  numberOf(sentence: string): number {
    const number = this.#numbers.get(sentence) ?? this.sentences.push(sentence) - 1;
    this.#numbers.set(sentence, number);
    return number;
  }
}

const ofBot = along([sql`bot_id`, sql`bots.id`]);
const ofBotBy = (column: SQL, value: string) => along([sql`bot_id`, sql`bots.id`], [column, value]);
const done = ofBotBy(sql`status`, "done");
const newestChanges = sql`order by ${ofBot.order(sql`at`, DOWN)}, id desc`;

function sent(kind: string): SQL {
  const { where, order } = ofBotBy(sql`kind`, kind);
  return sql`select at from replies where ${where} and message_id is not null order by ${order(sql`at`, DOWN)} limit 1`;
}

// A few steps into an index for each figure of each bot, however many events and changes there are.
const statement = (ids: string[], from: Date) => sql`
  select bots.id, c.changes, m.received_at as last_message_at, r.at as last_reply_at, a.ms as answer_ms, f.failed
  from bots
  left join lateral (
    select jsonb_agg(jsonb_build_object('at', extract(epoch from l.at) * 1000, 'state', l.state, 'reason', l.reason) order by l.at, l.id) as changes
    from (
      (select id, at, state, reason from connection_changes
        where ${ofBot.where} and at >= ${from.toISOString()}::timestamptz ${newestChanges} limit ${MOST_CHANGES})
      union all
      (select id, at, state, reason from connection_changes
        where ${ofBot.where} and at < ${from.toISOString()}::timestamptz ${newestChanges} limit 1)
    ) l
  ) c on true
  left join lateral (
    select received_at from events where ${ofBot.where} order by ${ofBot.order(sql`id`, DOWN)} limit 1
  ) m on true
  left join lateral (
    select max(at) as at from ((${sent("answer")}) union all (${sent("message")})) sent
  ) r on true
  left join lateral (
    select extract(epoch from finished_at - received_at)::float8 * 1000 as ms
    from (
      select id, finished_at, received_at, replays from events
      where ${done.where} order by ${done.order(sql`id`, DOWN)} limit ${NEWEST_ANSWERS}
    ) newest
    where replays = 0 order by id desc limit 1
  ) a on true
  left join lateral (
    select count(*)::int as failed from (
      select from events where ${ofBot.where} and status = 'failed' and finished_at > ${from.toISOString()}::timestamptz
      order by ${ofBot.order(sql`finished_at`)} limit ${MOST_FAILED_OF_BOT}
    ) failed
  ) f on true
  where bots.id in ${ids}
  order by ${bots.createdAt}, bots.id`;

function showBotDay(row: Row, { from, to, counts }: Day, reasons: Reasons): BotDay {
  const changes = (row.changes ?? []).map(({ at, state, reason }) => ({
    at,
    state: stateOfChange({ state, reason }),
    ...(reason && { reason: reasons.tell(reason) }),
  }));
  const { percent, interruptions } = availabilityOf(changes, from, to);
  const answerMs = row.answer_ms === null ? undefined : Math.round(row.answer_ms);
  return {
    botId: row.id,
    spans: together(spansOf(changes, from.getTime(), to.getTime(), SPANS), reasons),
    percent,
    interruptions,
    messages: counts.get(row.id)?.received ?? 0,
    failed: row.failed ?? 0,
    ...(row.last_message_at && { lastMessageAt: new Date(row.last_message_at).toISOString() }),
    ...(row.last_reply_at && { lastReplyAt: new Date(row.last_reply_at).toISOString() }),
    ...(answerMs !== undefined && { lastAnswerMs: answerMs }),
  };
}

/** Spans that say the same, one after the other, told once. */
function together(spans: readonly Span[], reasons: Reasons): BotDay["spans"] {
  const runs: BotDay["spans"] = [];
  for (const { state, reason: sentence, up: share = 1 } of spans) {
    const up = share < 1 ? Math.round(share * 100) / 100 : undefined;
    const reason = sentence === undefined ? undefined : reasons.numberOf(sentence);
    const last = runs.at(-1);
    if (last && last.state === state && last.reason === reason && last.up === up) last.count += 1;
    else runs.push({ count: 1, state, ...(reason !== undefined && { reason }), ...(up !== undefined && { up }) });
  }
  return runs;
}
