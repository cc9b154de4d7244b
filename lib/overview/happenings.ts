// What happened to the connections of the bots that the viewer may see: a loss and its end are one happening.
import { and, desc, eq, gte, ne } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { bots, connectionChanges } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import type { Happening } from "@/lib/overview/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

/** A loss and a return of each of many bots are still among them. */
const READ = 600;
const TOGETHER_MS = 60_000;
const DAYS_BACK_MS = 7 * 24 * 60 * 60 * 1000;

export async function listHappenings(
  db: Database,
  viewer: Viewer,
  locale: Locale,
  limit: number,
  now = new Date(),
): Promise<Happening[]> {
  const rows = await db
    .select({
      id: connectionChanges.id,
      botId: connectionChanges.botId,
      botName: bots.name,
      at: connectionChanges.at,
      state: connectionChanges.state,
      reason: connectionChanges.reason,
      instance: connectionChanges.instance,
    })
    .from(connectionChanges)
    .innerJoin(bots, eq(bots.id, connectionChanges.botId))
    .where(
      and(
        gte(connectionChanges.at, new Date(now.getTime() - DAYS_BACK_MS)),
        ne(connectionChanges.state, "connecting"),
        visibleTo(viewer),
      ),
    )
    .orderBy(desc(connectionChanges.at), desc(connectionChanges.id))
    .limit(READ);
  return gather(fold(rows.reverse()))
    .slice(0, limit)
    .map(({ reason, at, backAt, id, instance, ...rest }) => ({
      ...rest,
      id: String(id),
      at: at.toISOString(),
      ...(backAt && { backAt: backAt.toISOString() }),
      ...(reason && { reason: describeReason(reason, locale), reasonCode: reason.code }),
      ...(instance && { instance }),
    }));
}

export type ChangeOfBot = {
  id: number;
  botId: string;
  botName: string;
  at: Date;
  state: (typeof connectionChanges.$inferSelect)["state"];
  reason: Reason | null;
  instance: string | null;
};

type Folded = Omit<ChangeOfBot, "state"> & { kind: Happening["kind"]; backAt?: Date };

/** `changes` oldest first; the answer is newest first, by the time that is shown: when it began. */
export function fold(changes: readonly ChangeOfBot[]): Folded[] {
  const open = new Map<string, Folded>();
  const folded: Folded[] = [];
  for (const change of changes) {
    const { state, ...rest } = change;
    const trouble = open.get(change.botId);
    const add = (kind: Folded["kind"]) => {
      const happening = { ...rest, kind };
      folded.push(happening);
      return happening;
    };
    // A process that was stopped takes its bots up again: that is a gap, nobody switched anything off.
    if (state === "reconnecting" || state === "error" || change.reason?.code === STOPPING) {
      if (!trouble) open.set(change.botId, add(state === "error" ? "failed" : "lost"));
      else worsen(trouble, change);
    } else if (state === "connected") {
      open.delete(change.botId);
      if (trouble) trouble.backAt = change.at;
      else add(change.reason?.code === HANDED_OVER ? "moved" : "connected");
    } else if (state === "disconnected") {
      open.delete(change.botId);
      add("off");
    }
  }
  return folded.sort((a, b) => b.at.getTime() - a.at.getTime() || b.id - a.id);
}

const HANDED_OVER = "connection.handedOver";
const STOPPING = "connection.stopping";

/** What began as a loss and became an error keeps its beginning and takes the newer reason. */
function worsen(trouble: Folded, { state, reason }: ChangeOfBot): void {
  if (state !== "error") return;
  trouble.reason = reason ?? trouble.reason;
}

type Gathered = Folded & { others?: number };

/** What happened to several bots at the same time is told once. `folded` newest first. */
export function gather(folded: readonly Folded[]): Gathered[] {
  const gathered: { told: Gathered; bots: Set<string> }[] = [];
  for (const one of folded) {
    const last = gathered.at(-1);
    if (last && isSame(last.told, one)) {
      last.bots.add(one.botId);
      last.told.others = last.bots.size - 1;
      last.told.at = new Date(Math.min(last.told.at.getTime(), one.at.getTime()));
    } else gathered.push({ told: { ...one }, bots: new Set([one.botId]) });
  }
  return gathered.map(({ told }) => told);
}

const isSame = (a: Folded, b: Folded): boolean =>
  a.kind === b.kind &&
  a.reason?.code === b.reason?.code &&
  (a.backAt === undefined) === (b.backAt === undefined) &&
  // One bot's own losses, one after the other, are several.
  a.botId !== b.botId &&
  Math.abs(a.at.getTime() - b.at.getTime()) <= TOGETHER_MS;
