// The list of alert rules, and adding one.
import { createAlertEndpoint, listAlertsEndpoint } from "@/app/api/_endpoints/alerts";
import { route } from "@/app/api/_http/route";
import { createRule } from "@/lib/alerts/changes";
import { listRules, requireRule, showOneRule, showRules } from "@/lib/alerts/queries";

export const GET = route(listAlertsEndpoint, async ({ runtime, viewer, query, locale }) => {
  const ownerId = query.owner === "me" ? viewer.userId : undefined;
  const page = await listRules(runtime.db, viewer, { ...query, ownerId });
  return { alerts: await showRules(runtime, page.items, locale), nextCursor: page.nextCursor };
});

export const POST = route(createAlertEndpoint, async ({ runtime, viewer, body, locale }) => {
  const id = await createRule(runtime, viewer, { ...body, locale: body.locale ?? locale });
  return showOneRule(runtime, await requireRule(runtime.db, viewer, id), locale);
});
