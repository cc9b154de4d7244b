// Finds bots, messages, chats and people.
import { searchEndpoint } from "@/app/api/_endpoints/search";
import { nameSource } from "@/app/api/_http/names";
import { route } from "@/app/api/_http/route";
import { searchInTurn } from "@/lib/events/reading-turns";
import { searchEverything } from "@/lib/search";

export const GET = route(searchEndpoint, ({ request, runtime, viewer, locale, query }) =>
  searchInTurn(viewer.userId, request.signal, ({ signal }) =>
    searchEverything(nameSource(runtime, locale), viewer, query.q, signal),
  ),
);
