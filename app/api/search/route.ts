// Finds bots, messages, chats and people.
import { searchEndpoint } from "@/app/api/_endpoints/search";
import { route } from "@/app/api/_http/route";
import { searchEverything } from "@/lib/search";

export const GET = route(searchEndpoint, ({ runtime, viewer, locale, query }) =>
  searchEverything(runtime.db, runtime.names, viewer, query.q, locale),
);
