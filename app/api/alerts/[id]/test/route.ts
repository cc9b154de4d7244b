// Sends a trial by an alert rule's way.
import { testAlertEndpoint } from "@/app/api/_endpoints/alerts";
import { route } from "@/app/api/_http/route";
import { requireRule } from "@/lib/alerts/queries";
import { testRule } from "@/lib/alerts/test-rule";

export const POST = route(testAlertEndpoint, async ({ runtime, viewer, params, locale }) =>
  testRule(runtime, viewer, await requireRule(runtime.db, viewer, params.id), locale),
);
