// How much a bot's answers took of which model, by day.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { along } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { MOST_ROWS } from "@/lib/db/page";

export const MOST_USAGE_DAYS = 90;

export const usageSchema = z
  .object({
    days: z.array(
      z.object({
        date: z.string().meta({ description: "In UTC, such as 2026-01-31" }),
        model: z.string().meta({ description: "The model's name in Larkspur when it answered" }),
        inputTokens: z.int().meta({ description: "As reported by the server" }),
        outputTokens: z.int().meta({ description: "As reported by the server" }),
        answers: z.int(),
      }),
    ),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof usageSchema>;

type Row = {
  date: string;
  model: string;
  input: number;
  output: number;
  answers: number;
  looked: number;
  last: string | Date;
};

/** Newest day first, today included. Read in short statements, as long as it takes. */
export async function readUsage(db: Database, botId: string, days: number, rows = MOST_ROWS): Promise<Usage> {
  const since = new Date();
  since.setUTCHours(0, 0, 0, 0);
  since.setUTCDate(since.getUTCDate() - days + 1);
  const answers = along([sql`bot_id`, botId], [sql`kind`, "answer"]);
  const sums = new Map<string, Usage["days"][number]>();
  let after = new Date(since.getTime() - 1);
  for (;;) {
    const slice = await queryRows<Row>(
      db,
      sql`select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as date, coalesce(model, '') as model,
            coalesce(sum(input_tokens), 0)::float8 as input, coalesce(sum(output_tokens), 0)::float8 as output,
            count(model)::int as answers, count(*)::int as looked, max(at) as last
          from (
            select at, model, input_tokens, output_tokens from replies
            where ${answers.where} and at > ${after.toISOString()}::timestamptz
            order by ${answers.order(sql`at`)} fetch first ${sql.raw(String(rows))} rows with ties
          ) answers group by 1, 2`,
    );
    let looked = 0;
    for (const row of slice) {
      looked += row.looked;
      if (new Date(row.last) > after) after = new Date(row.last);
      if (row.answers === 0) continue;
      const key = `${row.date} ${row.model}`;
      const known = sums.get(key) ?? { date: row.date, model: row.model, inputTokens: 0, outputTokens: 0, answers: 0 };
      known.inputTokens += row.input;
      known.outputTokens += row.output;
      known.answers += row.answers;
      sums.set(key, known);
    }
    if (looked < rows) break;
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return { days: [...sums.values()].sort((a, b) => order(b.date, a.date) || order(a.model, b.model)) };
}
