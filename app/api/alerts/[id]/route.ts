// One alert rule: read, change, delete.
import { deleteAlertEndpoint, getAlertEndpoint, updateAlertEndpoint } from "@/app/api/_endpoints/alerts";
import { route } from "@/app/api/_http/route";
import { deleteRule, updateRule } from "@/lib/alerts/changes";
import { requireRule, showOneRule } from "@/lib/alerts/queries";

export const GET = route(getAlertEndpoint, async ({ runtime, viewer, params, locale }) =>
  showOneRule(runtime, await requireRule(runtime.db, viewer, params.id), locale),
);

export const PATCH = route(updateAlertEndpoint, async ({ runtime, viewer, params, body, locale }) => {
  await updateRule(runtime, viewer, params.id, body);
  return showOneRule(runtime, await requireRule(runtime.db, viewer, params.id), locale);
});

export const DELETE = route(deleteAlertEndpoint, async ({ runtime, viewer, params }) => {
  await deleteRule(runtime, viewer, params.id);
  return undefined;
});
