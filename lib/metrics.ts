// Figures about this installation and this process in the Prometheus text format.
import { and, count, eq, inArray, lte, min, sql } from "drizzle-orm";
import { CONNECTION_STATES } from "@/lib/bots/schemas";
import { countByState } from "@/lib/connections/status";
import { type Database, queryRows } from "@/lib/db/client";
import { MOST_ROWS } from "@/lib/db/page";
import { EVENT_STATUSES, events } from "@/lib/db/schema";

export type MetricsParts = { db: Database; instance: string; version: string; startedAt: Date };

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Sample = { labels?: Record<string, string>; value: number };
type Metric = { name: string; help: string; type: "gauge" | "counter"; samples: Sample[] };

const UNFINISHED = ["pending", "processing"] as const;

export async function renderMetrics(parts: MetricsParts): Promise<string> {
  const { db, instance, version } = parts;
  const metrics: Metric[] = [
    {
      name: "larkspur_info",
      help: "The version of Larkspur that runs.",
      type: "gauge",
      samples: [{ labels: { version, instance }, value: 1 }],
    },
    ...(await installation(db)),
    ...processFigures(parts.startedAt),
  ];
  return `${metrics.map(render).join("\n")}\n`;
}

const underWay = new WeakMap<Database, Promise<Metric[]>>();

/** However many ask at once, the database is asked once. */
function installation(db: Database): Promise<Metric[]> {
  const known = underWay.get(db);
  if (known) return known;
  const asking = Promise.all([botsByState(db), inbox(db)]).then(([ofBots, ofEvents]) => [ofBots, ...ofEvents]);
  underWay.set(db, asking);
  return asking.finally(() => underWay.delete(db));
}

async function botsByState(db: Database): Promise<Metric> {
  const counted = await countByState(db);
  return {
    name: "larkspur_bots",
    help: "Bots of the installation by the state of their long connection.",
    type: "gauge",
    samples: CONNECTION_STATES.map((state) => ({
      labels: { state },
      value: counted.get(state) ?? 0,
    })),
  };
}

// Only what an index answers quickly: the unfinished events, and those of the last hour.
async function inbox(db: Database): Promise<Metric[]> {
  const counted = { status: events.status, count: count() };
  const waiting = await db
    .select(counted)
    .from(events)
    .where(inArray(events.status, [...UNFINISHED]))
    .groupBy(events.status);
  const recent = await countRecent(db);
  const [oldest] = await db
    .select({ dueAt: min(events.dueAt) })
    .from(events)
    .where(and(eq(events.status, "pending"), lte(events.dueAt, sql`now()`)));
  const samples = (statuses: readonly string[], rows: { status: string; count: number }[]): Sample[] =>
    statuses.map((status) => ({
      labels: { status },
      value: rows.find((row) => row.status === status)?.count ?? 0,
    }));
  return [
    {
      name: "larkspur_events_unfinished",
      help: "Events of the installation that wait or are being processed.",
      type: "gauge",
      samples: samples(UNFINISHED, waiting),
    },
    {
      name: "larkspur_events_last_hour",
      help: "Events of the installation that were received in the last hour, by what has become of them.",
      type: "gauge",
      samples: samples(EVENT_STATUSES, recent),
    },
    {
      name: "larkspur_events_oldest_due_seconds",
      help: "How long the event that has waited longest has been due.",
      type: "gauge",
      samples: [{ value: oldest?.dueAt ? Math.max(0, Date.now() - oldest.dueAt.getTime()) / 1000 : 0 }],
    },
  ];
}

type Recent = { status: string; count: number };

/** By status, in short statements: an hour may hold very many. */
export async function countRecent(db: Database, rows = MOST_ROWS): Promise<Recent[]> {
  const sums = new Map<string, number>();
  let after = sql`now() - interval '1 hour'`;
  for (;;) {
    const slice = await queryRows<Recent & { last: string | Date }>(
      db,
      sql`select status, count(*)::int as count, max(received_at) as last from (
          select status, received_at from events where received_at > ${after}
          order by received_at fetch first ${sql.raw(String(rows))} rows with ties
        ) recent group by status`,
    );
    let looked = 0;
    let last = 0;
    for (const { status, count, last: at } of slice) {
      sums.set(status, (sums.get(status) ?? 0) + count);
      looked += count;
      last = Math.max(last, new Date(at).getTime());
    }
    if (looked < rows) return [...sums].map(([status, count]) => ({ status, count }));
    after = sql`${new Date(last).toISOString()}::timestamptz`;
  }
}

function processFigures(startedAt: Date): Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const figure = (name: string, help: string, type: Metric["type"], value: number): Metric => ({
    name,
    help,
    type,
    samples: [{ value }],
  });
  // The names that Prometheus' own client libraries use.
  return [
    figure("process_resident_memory_bytes", "Resident memory of this process.", "gauge", rss),
    figure("nodejs_heap_size_used_bytes", "Used heap of this process.", "gauge", heapUsed),
    figure("process_cpu_seconds_total", "CPU time of this process.", "counter", (user + system) / 1e6),
    figure("process_start_time_seconds", "When this process started.", "gauge", startedAt.getTime() / 1000),
  ];
}

function render({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
}

const escapeLabel = (text: string): string => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
