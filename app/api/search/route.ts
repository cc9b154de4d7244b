// Finds bots, messages, chats and people.
import { searchEndpoint } from "@/app/api/_endpoints/search";
import { nameSource } from "@/app/api/_http/names";
import { route } from "@/app/api/_http/route";
import { searchEverything } from "@/lib/search";

export const GET = route(searchEndpoint, ({ runtime, viewer, locale, query }) =>
  searchEverything(nameSource(runtime, locale), viewer, query.q),
);
