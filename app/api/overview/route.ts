// Everything at a glance.
import { overviewEndpoint } from "@/app/api/_endpoints/overview";
import { route } from "@/app/api/_http/route";
import { readOverview } from "@/lib/overview/overview";

export const GET = route(overviewEndpoint, ({ runtime, viewer, locale, query }) =>
  readOverview(runtime.db, viewer, locale, query.tz),
);
