// The last 24 hours of each bot that the viewer may see: the spans of its availability bar, its last message and reply.
import { sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { availabilityOf } from "@/lib/connections/history";
import { type Span, spansOf, stateOfChange } from "@/lib/connections/spans";
import { type Database, queryRows } from "@/lib/db/client";
import { bots, type connectionChanges } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { type BotDay, SPANS } from "@/lib/overview/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

/** More are not read of one bot: what came before them in the day is not known then. */
const MOST_CHANGES = 500;

type Row = {
  id: string;
  changes: { at: number; state: (typeof connectionChanges.$inferSelect)["state"]; reason: Reason | null }[] | null;
  last_message_at: string | Date | null;
  last_reply_at: string | Date | null;
  answer_ms: number | null;
  messages: number | null;
  failed: number | null;
};

export async function readBotDays(db: Database, viewer: Viewer, from: Date, to: Date, locale: Locale) {
  const rows = await queryRows<Row>(db, statement(viewer, from));
  const reasons = new Reasons(locale);
  return { bots: rows.map((row) => showBotDay(row, from, to, reasons)), reasons: reasons.sentences };
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

// One step into an index for each figure of each bot, however many events and changes there are.
const statement = (viewer: Viewer, from: Date) => sql`
  select bots.id, c.changes, m.received_at as last_message_at, r.at as last_reply_at, a.ms as answer_ms, v.messages, f.failed
  from bots
  left join lateral (
    select jsonb_agg(jsonb_build_object('at', extract(epoch from l.at) * 1000, 'state', l.state, 'reason', l.reason) order by l.at, l.id) as changes
    from (
      (select id, at, state, reason from connection_changes
        where bot_id = bots.id and at >= ${from.toISOString()}::timestamptz order by at desc, id desc limit ${MOST_CHANGES})
      union all
      (select id, at, state, reason from connection_changes
        where bot_id = bots.id and at < ${from.toISOString()}::timestamptz order by at desc, id desc limit 1)
    ) l
  ) c on true
  left join lateral (
    select received_at from events where bot_id = bots.id order by id desc limit 1
  ) m on true
  left join lateral (
    select at from replies where bot_id = bots.id and kind in ('answer', 'message') and message_id is not null order by at desc limit 1
  ) r on true
  left join lateral (
    select extract(epoch from finished_at - received_at)::float8 * 1000 as ms from events
    where bot_id = bots.id and status = 'done' and replays = 0 order by id desc limit 1
  ) a on true
  left join (
    select bot_id, count(*)::int as messages from events
    where received_at >= ${from.toISOString()}::timestamptz and event_type = 'im.message.receive_v1' group by bot_id
  ) v on v.bot_id = bots.id
  left join (
    select bot_id, count(*)::int as failed from events
    where status = 'failed' and finished_at > ${from.toISOString()}::timestamptz group by bot_id
  ) f on f.bot_id = bots.id
  where ${visibleTo(viewer) ?? sql`true`}
  order by ${bots.createdAt}, bots.id`;

function showBotDay(row: Row, from: Date, to: Date, reasons: Reasons): BotDay {
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
    messages: row.messages ?? 0,
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
