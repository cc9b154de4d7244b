// What the senders and groups of several bots' events are called.
import { listNamesEndpoint } from "@/app/api/_endpoints/contacts";
import { nameSource } from "@/app/api/_http/names";
import { route } from "@/app/api/_http/route";
import { namesInEvents } from "@/lib/events/contacts";

export const GET = route(listNamesEndpoint, async ({ runtime, viewer, query, locale }) =>
  namesInEvents(nameSource(runtime, locale), viewer, query.ids),
);
