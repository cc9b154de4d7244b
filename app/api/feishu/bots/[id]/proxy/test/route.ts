// Tries a proxy out before or after it is set.
import { testProxyEndpoint } from "@/app/api/_endpoints/bots";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { testProxy } from "@/lib/doctor/test-proxy";

export const POST = route(testProxyEndpoint, async ({ runtime, viewer, params, body, locale }) =>
  testProxy(runtime.sealer, await requireBot(runtime.db, viewer, params.id), body.proxy, locale),
);
