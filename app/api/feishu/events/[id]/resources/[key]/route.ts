// An image or a file of an event's message, as Feishu gives it out.
import { getAttachmentEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { requireFetchable } from "@/lib/events/attachments";
import { fetchAttachment } from "@/lib/events/fetch-attachment";
import { requireEvent } from "@/lib/events/queries";

export const GET = route(getAttachmentEndpoint, async ({ runtime, viewer, params, request }) => {
  const event = await requireEvent(runtime.db, viewer, params.id);
  const bot = await requireBot(runtime.db, viewer, event.botId);
  const wanted = await requireFetchable(runtime.db, event, params.key);
  const { body, mediaType, isImage, bytes } = await fetchAttachment(runtime.apis, bot, wanted, request.signal);
  const name = encodeURIComponent(wanted.name ?? wanted.kind);
  return new Response(body, {
    headers: {
      "content-type": mediaType,
      ...(bytes === undefined ? {} : { "content-length": String(bytes) }),
      // Only what is known to be an image may be shown in place, and nothing in it may act.
      "content-disposition": `${isImage ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      // What lies under a key never changes.
      "cache-control": "private, max-age=3600",
    },
  });
});
