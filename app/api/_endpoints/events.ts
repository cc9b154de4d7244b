// The endpoints over what bots receive and send.
import { z } from "zod";
import { aliveSchema, idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { MOST_COUNTED } from "@/lib/events/queries";
import { eventDetailsSchema, eventSchema, idempotencyKeySchema, sendMessageSchema } from "@/lib/events/schemas";

/** What a log can be asked for. */
export const eventFilters = {
  status: eventSchema.shape.status.optional(),
  chatId: z.string().min(1).max(256).optional(),
  senderId: z.string().min(1).max(256).optional(),
  q: z.string().max(200).optional().meta({ description: "Part of the text or of an ID" }),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: "Received at or after this time" }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: "Received before this time" }),
};
const filters = pageQuery.extend(eventFilters);
const eventPage = z.object({
  events: z.array(eventSchema),
  nextCursor,
  searchedTo: z.iso
    .datetime()
    .optional()
    .meta({
      description:
        "A search ends after about a second, so that it holds nobody up: what was received before this was not looked " +
        "through. `nextCursor` goes on there; absent once all was looked through or the page is full",
    }),
});

export const listAllEventsEndpoint = defineEndpoint({
  id: "listAllEvents",
  method: "GET",
  path: "/api/feishu/events",
  tag: "events",
  access: "viewer",
  query: filters.extend({ botId: z.string().min(1).max(200).optional() }),
  answer: eventPage,
  errors: [404, 429],
});

export const listEventsEndpoint = defineEndpoint({
  id: "listEvents",
  method: "GET",
  path: "/api/feishu/bots/{id}/events",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: filters,
  answer: eventPage,
  errors: [429],
});

export const countEventsEndpoint = defineEndpoint({
  id: "countEvents",
  method: "GET",
  path: "/api/feishu/bots/{id}/events/count",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject(eventFilters),
  answer: z.object({
    count: z.int(),
    more: z
      .boolean()
      .meta({ description: `There are more, or may be: ${MOST_COUNTED} are counted at most, for a second` }),
  }),
  errors: [429],
});

export const getEventEndpoint = defineEndpoint({
  id: "getEvent",
  method: "GET",
  path: "/api/feishu/events/{id}",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "event",
  answer: eventDetailsSchema,
});

export const getAttachmentEndpoint = defineEndpoint({
  id: "getAttachment",
  method: "GET",
  path: "/api/feishu/events/{id}/resources/{key}",
  tag: "events",
  access: "viewer",
  params: idParams.extend({
    key: z.string().min(1).max(256).meta({ description: "The key of one of the event's attachments" }),
  }),
  subject: "event",
  contentType: "application/octet-stream",
  answer: z
    .string()
    .meta({ description: "The file content. PNG, JPEG, GIF and WebP images have their own content type" }),
  errors: [413, 422, 429, 503],
});

export const replayEventEndpoint = defineEndpoint({
  id: "replayEvent",
  method: "POST",
  path: "/api/feishu/events/{id}/replay",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "event",
  status: 202,
  answer: z.object({ id: z.string() }),
  errors: [409],
});

export const streamEndpoint = defineEndpoint({
  id: "stream",
  method: "GET",
  path: "/api/feishu/stream",
  tag: "events",
  access: "viewer",
  query: z.strictObject({
    since: z.iso.datetime({ offset: true }).optional().meta({
      description: "First send the latest events received or finished after this time, up to 100",
    }),
    alive: aliveSchema,
  }),
  contentType: "text/event-stream",
  answer: z.string().meta({
    description:
      "Events named `status` (a ConnectionStatus), `event` (an Event) and `alerts` (empty: alerts have changed, fetch them again)",
  }),
  errors: [429],
});

export const sendMessageHeaders = z.object({
  "Idempotency-Key": idempotencyKeySchema.optional().meta({
    description: "Used as uuid. For 24 hours, the same key returns the first messageId instead of sending again",
  }),
});

export const sendMessageEndpoint = defineEndpoint({
  id: "sendMessage",
  method: "POST",
  path: "/api/feishu/bots/{id}/messages",
  tag: "messages",
  access: "viewer",
  params: idParams,
  subject: "bot",
  headers: sendMessageHeaders,
  body: sendMessageSchema,
  example: { receiveId: "oc_5ad11d72b830411d72b836c20", markdown: "The **VPN** is back." },
  status: 201,
  answer: z.object({ messageId: z.string() }),
  errors: [409, 422, 503],
});
