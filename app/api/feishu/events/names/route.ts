// What the senders and groups of several bots' events are called.
import { listNamesEndpoint } from "@/app/api/_endpoints/contacts";
import { route } from "@/app/api/_http/route";
import { namesInEvents } from "@/lib/events/contacts";
import { localName } from "@/lib/sandbox/room-names";

export const GET = route(listNamesEndpoint, async ({ runtime, viewer, query, locale }) => ({
  names: await namesInEvents(runtime.db, runtime.names, viewer, query.ids, ({ domain }, name) =>
    domain === "sandbox" ? localName(name, locale) : name,
  ),
}));
