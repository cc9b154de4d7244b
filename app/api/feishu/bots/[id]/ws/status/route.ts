// The status of one bot's long connection.
import { connectionStatusEndpoint } from "@/app/api/_endpoints/connections";
import { route } from "@/app/api/_http/route";
import { getConnectionStatus } from "@/lib/connections/status";

export const GET = route(connectionStatusEndpoint, ({ runtime, params, locale }) =>
  getConnectionStatus(runtime.db, params.id, locale),
);
