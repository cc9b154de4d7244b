// What people and groups are called, as a bot may know it.
import { listNamesEndpoint } from "@/app/api/_endpoints/contacts";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { namesOf } from "@/lib/events/contacts";

export const GET = route(listNamesEndpoint, async ({ runtime, viewer, params, query }) => ({
  names: await namesOf(runtime.names, await requireBot(runtime.db, viewer, params.id), query),
}));
