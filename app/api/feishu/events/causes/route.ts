// Why messages failed, each cause once.
import { listCausesEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { listCauses } from "@/lib/events/failures";

export const GET = route(listCausesEndpoint, ({ runtime, viewer, query, locale }) =>
  listCauses(runtime.db, viewer, query.bot, locale),
);
