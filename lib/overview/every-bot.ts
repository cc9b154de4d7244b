// Every bot that the viewer may see, in brief, with the state of its connection.
import { listEveryBot } from "@/lib/bots/queries";
import { listConnectionStatuses } from "@/lib/connections/status";
import type { Database } from "@/lib/db/client";
import type { EveryBot } from "@/lib/overview/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

export async function readEveryBot(db: Database, viewer: Viewer, locale: Locale): Promise<EveryBot> {
  const [bots, statuses] = await Promise.all([
    listEveryBot(db, viewer),
    listConnectionStatuses(db, viewer, locale, "all"),
  ]);
  return { bots, statuses };
}
