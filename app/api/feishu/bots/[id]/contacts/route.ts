// Whom a bot has heard.
import { listContactsEndpoint } from "@/app/api/_endpoints/contacts";
import { nameSource } from "@/app/api/_http/names";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { listContacts } from "@/lib/events/contacts";

export const GET = route(listContactsEndpoint, async ({ runtime, viewer, params, locale }) =>
  listContacts(nameSource(runtime, locale), await requireBot(runtime.db, viewer, params.id)),
);
