// The endpoints that tell everything at a glance.
import { z } from "zod";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { isTimeZone } from "@/lib/local-time";
import { countsSchema, everyBotSchema, overviewSchema } from "@/lib/overview/schemas";

const tag = "overview";

export const overviewEndpoint = defineEndpoint({
  id: "getOverview",
  method: "GET",
  path: "/api/overview",
  tag,
  access: "viewer",
  query: z.strictObject({
    tz: z
      .string()
      .max(100)
      .refine(isTimeZone, { error: "fields.timezone" })
      .default("UTC")
      .meta({ description: "IANA time zone for day and hour boundaries, such as Asia/Shanghai" }),
  }),
  answer: overviewSchema,
});

export const everyBotEndpoint = defineEndpoint({
  id: "getEveryBot",
  method: "GET",
  path: "/api/overview/bots",
  tag,
  access: "viewer",
  answer: everyBotSchema,
});

export const countsEndpoint = defineEndpoint({
  id: "getCounts",
  method: "GET",
  path: "/api/counts",
  tag,
  access: "viewer",
  answer: countsSchema,
});
