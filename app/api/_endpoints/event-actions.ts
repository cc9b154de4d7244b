// The endpoints that do something with what bots received: replay all, try again, share, export.
import { z } from "zod";
import { eventFilters } from "@/app/api/_endpoints/events";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { MOST_EXPORTED } from "@/lib/events/export";
import { causesSchema } from "@/lib/events/failures";
import { MOST_LEFT, MOST_REPLAYED } from "@/lib/events/replay-all";
import { SHARED_DAYS } from "@/lib/events/share";

const tag = "events";

const cause = z
  .string()
  .min(1)
  .max(500)
  .meta({
    description: "Only events that failed for this cause: a `cause` from listCauses",
    examples: ["event.interrupted"],
  });
const replayedSchema = z.object({
  replayed: z
    .int()
    .meta({ description: `Number replayed: the oldest first, up to ${MOST_REPLAYED} per bot at a time` }),
  left: z.int().meta({ description: `How many remain. ${MOST_LEFT} means this many or more` }),
});

export const replayAllEndpoint = defineEndpoint({
  id: "replayAll",
  method: "POST",
  path: "/api/feishu/bots/{id}/replay",
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({
    status: z.enum(["failed", "ignored"]).default("failed"),
    cause: cause.optional(),
  }),
  status: 202,
  answer: replayedSchema,
});

export const listCausesEndpoint = defineEndpoint({
  id: "listCauses",
  method: "GET",
  path: "/api/feishu/events/causes",
  tag,
  access: "viewer",
  query: z.strictObject({ bot: z.string().max(64).optional().meta({ description: "Only this bot's, by its ID" }) }),
  answer: z.object({
    causes: causesSchema,
    onlyNewest: z.int().optional().meta({
      description: "Set when only this many of a bot's newest failed messages were examined: there may be more",
    }),
  }),
});

export const replayCauseEndpoint = defineEndpoint({
  id: "replayCause",
  method: "POST",
  path: "/api/feishu/events/replay",
  tag,
  access: "viewer",
  query: z.strictObject({ cause }),
  status: 202,
  answer: replayedSchema,
});

export const retryEventEndpoint = defineEndpoint({
  id: "retryEvent",
  method: "POST",
  path: "/api/feishu/events/{id}/retry",
  tag,
  access: "viewer",
  params: idParams,
  subject: "event",
  status: 202,
  answer: z.object({ id: z.string() }),
  errors: [409],
});

export const shareEventEndpoint = defineEndpoint({
  id: "shareEvent",
  method: "POST",
  path: "/api/feishu/events/{id}/share",
  tag,
  access: "viewer",
  params: idParams,
  subject: "event",
  query: z.strictObject({
    days: z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(SHARED_DAYS.most))
      .default(SHARED_DAYS.usual)
      .meta({
        description: "Days until the link expires",
        override: { type: "integer", minimum: 1, maximum: SHARED_DAYS.most, default: SHARED_DAYS.usual },
      }),
  }),
  status: 201,
  answer: z.object({
    url: z.string().meta({ description: "Anyone signed in to this installation can read the trace with it" }),
    expiresAt: z.iso.datetime(),
  }),
});

export const exportEventsEndpoint = defineEndpoint({
  id: "exportEvents",
  method: "GET",
  path: "/api/feishu/bots/{id}/events/export",
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({ format: z.enum(["csv", "json"]).default("csv"), ...eventFilters }),
  contentType: "text/csv",
  answer: z.string().meta({ description: `Newest first, up to ${MOST_EXPORTED}. JSON: an array of Event` }),
  errors: [429],
});
