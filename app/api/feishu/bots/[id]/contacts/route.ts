// Whom a bot has heard.
import { listContactsEndpoint } from "@/app/api/_endpoints/contacts";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { listContacts } from "@/lib/events/contacts";

export const GET = route(listContactsEndpoint, async ({ runtime, viewer, params }) =>
  listContacts(runtime.db, runtime.names, await requireBot(runtime.db, viewer, params.id)),
);
