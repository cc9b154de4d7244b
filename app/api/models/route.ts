// The list of models, and adding one.
import { createModelEndpoint, listModelsEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { createModel } from "@/lib/models/changes";
import { getModel, listModels, showModels } from "@/lib/models/queries";

export const GET = route(listModelsEndpoint, async ({ runtime, viewer, query, locale }) => {
  const ownerId = query.owner === "me" ? viewer.userId : undefined;
  const page = await listModels(runtime.db, viewer, { ...query, ownerId });
  return { models: await showModels(runtime.db, viewer, page.items, locale), nextCursor: page.nextCursor };
});

export const POST = route(createModelEndpoint, async ({ runtime, viewer, body, locale }) => {
  const id = await createModel(runtime, viewer, body);
  return getModel(runtime.db, viewer, id, locale);
});
