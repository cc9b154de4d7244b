// The endpoints that read, change and try out alert rules.
import { z } from "zod";
import { idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { alertRuleSchema, alertTestSchema, createRuleSchema, updateRuleSchema } from "@/lib/alerts/schemas";

const tag = "alerts";
const path = "/api/alerts";

export const listAlertsEndpoint = defineEndpoint({
  id: "listAlerts",
  method: "GET",
  path,
  tag,
  access: "viewer",
  query: pageQuery.extend({
    owner: z.literal("me").optional().meta({ description: "Only the caller's own" }),
  }),
  answer: z.object({ alerts: z.array(alertRuleSchema), nextCursor }),
});

export const createAlertEndpoint = defineEndpoint({
  id: "createAlert",
  method: "POST",
  path,
  tag,
  access: "viewer",
  body: createRuleSchema,
  example: {
    name: "On call",
    channel: "webhook",
    target: "https://example.com/alerts",
    conditions: { silentMinutes: 10 },
  },
  status: 201,
  answer: alertRuleSchema,
});

export const getAlertEndpoint = defineEndpoint({
  id: "getAlert",
  method: "GET",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "alert",
  answer: alertRuleSchema,
});

export const updateAlertEndpoint = defineEndpoint({
  id: "updateAlert",
  method: "PATCH",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "alert",
  body: updateRuleSchema,
  example: { conditions: { silentMinutes: 10 } },
  answer: alertRuleSchema,
});

export const deleteAlertEndpoint = defineEndpoint({
  id: "deleteAlert",
  method: "DELETE",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "alert",
  status: 204,
});

export const testAlertEndpoint = defineEndpoint({
  id: "testAlert",
  method: "POST",
  path: `${path}/{id}/test`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "alert",
  answer: alertTestSchema,
});
