// The endpoints that read, change and try out models, and tell what a bot took of them.
import { z } from "zod";
import { idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { MOST_USAGE_DAYS, usageSchema } from "@/lib/events/usage";
import {
  createModelSchema,
  modelSchema,
  modelTestSchema,
  servedModelsInputSchema,
  servedModelsSchema,
  updateModelSchema,
} from "@/lib/models/schemas";

const tag = "models";
const path = "/api/models";

export const listModelsEndpoint = defineEndpoint({
  id: "listModels",
  method: "GET",
  path,
  tag,
  access: "viewer",
  query: pageQuery.extend({
    owner: z.literal("me").optional().meta({ description: "Only the caller's own" }),
  }),
  answer: z.object({ models: z.array(modelSchema), nextCursor }),
});

export const createModelEndpoint = defineEndpoint({
  id: "createModel",
  method: "POST",
  path,
  tag,
  access: "viewer",
  body: createModelSchema,
  example: { name: "DeepSeek", baseUrl: "https://api.deepseek.com", model: "deepseek-chat", apiKey: "sk-your-key" },
  status: 201,
  answer: modelSchema,
});

export const listServedModelsEndpoint = defineEndpoint({
  id: "listServedModels",
  method: "POST",
  path: `${path}/served`,
  tag,
  access: "viewer",
  body: servedModelsInputSchema,
  example: { baseUrl: "https://api.deepseek.com", apiKey: "sk-your-key" },
  answer: servedModelsSchema,
  errors: [403],
});

export const getModelEndpoint = defineEndpoint({
  id: "getModel",
  method: "GET",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "model",
  answer: modelSchema,
});

export const updateModelEndpoint = defineEndpoint({
  id: "updateModel",
  method: "PATCH",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "model",
  body: updateModelSchema,
  example: { model: "deepseek-reasoner" },
  answer: modelSchema,
  errors: [409],
});

export const deleteModelEndpoint = defineEndpoint({
  id: "deleteModel",
  method: "DELETE",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "model",
  status: 204,
  errors: [409],
});

export const testModelEndpoint = defineEndpoint({
  id: "testModel",
  method: "POST",
  path: `${path}/{id}/test`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "model",
  answer: modelTestSchema,
});

export const getUsageEndpoint = defineEndpoint({
  id: "getUsage",
  method: "GET",
  path: "/api/feishu/bots/{id}/usage",
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({
    days: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(MOST_USAGE_DAYS))
      .default(30)
      .meta({
        description: `1 to ${MOST_USAGE_DAYS}`,
        override: { type: "integer", minimum: 1, maximum: MOST_USAGE_DAYS, default: 30 },
      }),
  }),
  answer: usageSchema,
});
