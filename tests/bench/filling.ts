// Fills a Larkspur with bots that are connected and with the messages of a day.
import postgres from "postgres";
import type { Api } from "@/tests/support/api";
import { waitFor } from "@/tests/support/wait-for";

const CONNECT_LIMIT_MS = 120_000;

export async function fill(
  api: Api,
  databaseUrl: string,
  { bots, messages }: { bots: number; messages: number },
): Promise<void> {
  for (let count = 1; count <= bots; count += 1) {
    const reply = { kind: "echo" };
    await api.post("/api/feishu/bots", { name: `Bot ${count}`, domain: "sandbox", useWebSocket: true, reply });
  }
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await insertMessages(sql, messages);
    await allConnected(sql, bots);
  } finally {
    await sql.end();
  }
}

/** Of nineteen messages one failed, one was ignored, and the others were answered. */
async function insertMessages(sql: postgres.Sql, count: number): Promise<void> {
  // 23 hours: at the end of the run, all of them are still of the last 24.
  await sql`
    with bot as (select id, row_number() over (order by created_at, id) - 1 as place, count(*) over () as bots from bots)
    insert into events (bot_id, event_id, event_type, message_id, chat_id, chat_type, sender_id, text, source, status,
      reason, error, payload, attempts, lane, sent_at, received_at, finished_at)
    select bot.id, 'event-' || i, 'im.message.receive_v1', 'om_' || i, chat, 'p2p', sender, text, 'sandbox', status,
      case status when 'ignored' then 'event.storeOnly' end,
      case status when 'failed' then jsonb_build_object('code', 'event.interrupted') end,
      jsonb_build_object('schema', '2.0',
        'header', jsonb_build_object('event_id', 'event-' || i, 'event_type', 'im.message.receive_v1'),
        'event', jsonb_build_object(
          'sender', jsonb_build_object('sender_type', 'user', 'sender_id', jsonb_build_object('open_id', sender)),
          'message', jsonb_build_object('message_id', 'om_' || i, 'chat_id', chat, 'chat_type', 'p2p',
            'message_type', 'text', 'content', jsonb_build_object('text', text)::text))),
      1, chat, at - interval '300 ms', at, at + interval '200 ms'
    from generate_series(1, ${count}::int) i
    join bot on bot.place = i % bot.bots
    cross join lateral (select
      'oc_' || bot.place || '_' || i % 7 as chat,
      'ou_' || i % 97 as sender,
      'Where is order ' || i || ', and who can tell me when it comes?' as text,
      case i % 19 when 0 then 'failed' when 9 then 'ignored' else 'done' end as status,
      now() - (${count}::int - i) * interval '23 hours' / ${count}::int as at) as message
    order by i`;
  await sql`
    insert into replies (bot_id, uuid, event_id, chat_id, kind, message_id, text, at)
    select bot_id, event_id, id, chat_id, 'answer', 'om_answer_' || id, text, finished_at
    from events where status = 'done'`;
  // PostgreSQL would do it by itself a minute later, while the pages are measured.
  await sql`vacuum analyze`;
}

async function allConnected(sql: postgres.Sql, bots: number): Promise<void> {
  let connected = 0;
  const isEach = async () => {
    [{ connected }] = await sql<[{ connected: number }]>`
      select count(*)::int as connected from connections where state = 'connected'`;
    return connected === bots;
  };
  await waitFor(isEach, () => `${bots} bots to be connected (${connected} are)`, CONNECT_LIMIT_MS);
}
