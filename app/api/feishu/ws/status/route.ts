// The status of all long connections that the caller may see.
import { listConnectionsEndpoint } from "@/app/api/_endpoints/connections";
import { route } from "@/app/api/_http/route";
import { listConnectionStatuses } from "@/lib/connections/status";

export const GET = route(listConnectionsEndpoint, async ({ runtime, viewer, locale }) => ({
  connections: await listConnectionStatuses(runtime.db, viewer, locale),
}));
