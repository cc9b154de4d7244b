// One model: read, change, delete.
import { deleteModelEndpoint, getModelEndpoint, updateModelEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { deleteModel, updateModel } from "@/lib/models/changes";
import { requireModel, showModel } from "@/lib/models/queries";

export const GET = route(getModelEndpoint, async ({ runtime, viewer, params }) =>
  showModel(await requireModel(runtime.db, viewer, params.id)),
);

export const PATCH = route(updateModelEndpoint, async ({ runtime, viewer, params, body }) => {
  await updateModel(runtime, viewer, params.id, body);
  return showModel(await requireModel(runtime.db, viewer, params.id));
});

export const DELETE = route(deleteModelEndpoint, async ({ runtime, viewer, params }) => {
  await deleteModel(runtime, viewer, params.id);
  return undefined;
});
