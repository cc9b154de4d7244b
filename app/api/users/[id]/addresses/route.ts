// Where a person's bots, models and alerts lead.
import { listOutwardEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { listOutward } from "@/lib/outward";

export const GET = route(listOutwardEndpoint, async ({ runtime, params }) => ({
  addresses: await listOutward(runtime, params.id),
}));
