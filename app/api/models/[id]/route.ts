// One model: read, change, delete.
import { deleteModelEndpoint, getModelEndpoint, updateModelEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { deleteModel, updateModel } from "@/lib/models/changes";
import { getModel } from "@/lib/models/queries";

export const GET = route(getModelEndpoint, async ({ runtime, viewer, params, locale }) =>
  getModel(runtime.db, viewer, params.id, locale),
);

export const PATCH = route(updateModelEndpoint, async ({ runtime, viewer, params, body, locale }) => {
  await updateModel(runtime, viewer, params.id, body);
  return getModel(runtime.db, viewer, params.id, locale);
});

export const DELETE = route(deleteModelEndpoint, async ({ runtime, viewer, params }) => {
  await deleteModel(runtime, viewer, params.id);
  return undefined;
});
