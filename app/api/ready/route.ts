// Whether the process can do its work.
import { checkReadiness, UNAVAILABLE } from "@/lib/readiness";
import { getRuntime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  // A runtime that could not start is no error of this request, but its answer.
  const readiness = await getRuntime().then(checkReadiness, () => UNAVAILABLE);
  const status = readiness.status === "ok" ? 200 : 503;
  return Response.json(readiness, { status, headers: { "cache-control": "no-store" } });
}
