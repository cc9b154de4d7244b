// What a bot's answers took of its models.
import { getUsageEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { readUsage } from "@/lib/events/usage";

export const GET = route(getUsageEndpoint, ({ runtime, params, query }) =>
  readUsage(runtime.db, params.id, query.days),
);
