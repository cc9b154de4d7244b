// The endpoints that switch long connections on and off and tell how they are.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { historySchema } from "@/lib/connections/history";
import { connectionStatusSchema } from "@/lib/connections/status";

const tag = "connections";
const botPath = "/api/feishu/bots/{id}/ws";

const outcome = <T extends [string, ...string[]]>(...states: T) =>
  z.object({ success: z.literal(true), botId: z.string(), status: z.enum(states) });

export const connectEndpoint = defineEndpoint({
  id: "connectBot",
  method: "POST",
  path: `${botPath}/connect`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: outcome("connecting", "connected"),
  errors: [409],
});

export const disconnectEndpoint = defineEndpoint({
  id: "disconnectBot",
  method: "POST",
  path: `${botPath}/disconnect`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: outcome("disconnected"),
  errors: [503],
});

export const connectionStatusEndpoint = defineEndpoint({
  id: "getConnectionStatus",
  method: "GET",
  path: `${botPath}/status`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: connectionStatusSchema,
});

export const connectionHistoryEndpoint = defineEndpoint({
  id: "getConnectionHistory",
  method: "GET",
  path: `${botPath}/history`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({
    since: z.iso.datetime({ offset: true }).optional().meta({ description: "Default: 24 hours ago" }),
  }),
  answer: historySchema,
});

export const listConnectionsEndpoint = defineEndpoint({
  id: "listConnectionStatuses",
  method: "GET",
  path: "/api/feishu/ws/status",
  tag,
  access: "viewer",
  answer: z.object({ connections: z.array(connectionStatusSchema) }),
});
