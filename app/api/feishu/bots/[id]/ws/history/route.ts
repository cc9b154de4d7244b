// The history of one bot's long connection.
import { connectionHistoryEndpoint } from "@/app/api/_endpoints/connections";
import { route } from "@/app/api/_http/route";
import { listChanges } from "@/lib/connections/history";

const A_DAY_MS = 86_400_000;

export const GET = route(connectionHistoryEndpoint, ({ runtime, params, query, locale }) => {
  // Not before 1970: PostgreSQL has no year 0.
  const since = query.since ? Math.max(0, Date.parse(query.since)) : Date.now() - A_DAY_MS;
  return listChanges(runtime.db, params.id, new Date(since), locale);
});
