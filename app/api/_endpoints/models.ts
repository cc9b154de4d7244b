// The endpoints that read, change and try out models.
import { z } from "zod";
import { idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { createModelSchema, modelSchema, modelTestSchema, updateModelSchema } from "@/lib/models/schemas";

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
  status: 201,
  answer: modelSchema,
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
