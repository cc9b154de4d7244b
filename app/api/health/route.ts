// Whether the process is alive: asks nothing of the runtime or the database.
import { instanceName } from "@/lib/env";
import { VERSION } from "@/lib/version";

// Without it the build would answer once and for all.
export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const health = { status: "ok", version: VERSION, instance: instanceName() };
  return Response.json(health, { headers: { "cache-control": "no-store" } });
}
