// The list of models, and adding one.
import { createModelEndpoint, listModelsEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { createModel } from "@/lib/models/changes";
import { listModels, requireModel, showModel } from "@/lib/models/queries";

export const GET = route(listModelsEndpoint, async ({ runtime, viewer, query }) => {
  const ownerId = query.owner === "me" ? viewer.userId : undefined;
  const page = await listModels(runtime.db, viewer, { ...query, ownerId });
  return { models: page.items.map(showModel), nextCursor: page.nextCursor };
});

export const POST = route(createModelEndpoint, async ({ runtime, viewer, body }) => {
  const id = await createModel(runtime, viewer, body);
  return showModel(await requireModel(runtime.db, viewer, id));
});
