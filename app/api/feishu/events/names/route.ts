// What the senders and groups of several bots' events are called.
import { listNamesEndpoint } from "@/app/api/_endpoints/contacts";
import { route } from "@/app/api/_http/route";
import { namesInEvents } from "@/lib/events/contacts";

export const GET = route(listNamesEndpoint, async ({ runtime, viewer, query }) => ({
  names: await namesInEvents(runtime.db, runtime.names, viewer, query.ids),
}));
