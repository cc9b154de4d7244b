// What stands beside the places of the console.
import { countsEndpoint } from "@/app/api/_endpoints/overview";
import { route } from "@/app/api/_http/route";
import { readCounts } from "@/lib/overview/overview";

export const GET = route(countsEndpoint, ({ runtime, viewer }) => readCounts(runtime.db, viewer));
