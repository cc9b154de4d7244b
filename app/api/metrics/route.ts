// Figures for Prometheus: for administrators, or for everybody where the environment says so.
import type { NextRequest } from "next/server";
import { metricsEndpoint } from "@/app/api/_endpoints/health";
import type { Endpoint } from "@/app/api/_http/endpoint";
import { route } from "@/app/api/_http/route";
import { METRICS_CONTENT_TYPE, renderMetrics } from "@/lib/metrics";
import { getRuntime, type Runtime } from "@/lib/runtime";
import { VERSION } from "@/lib/version";

async function metrics({ runtime }: { runtime: Runtime }): Promise<Response> {
  const { db, env, startedAt } = runtime;
  const text = await renderMetrics({ db, instance: env.instance, version: VERSION, startedAt });
  return new Response(text, { headers: { "content-type": METRICS_CONTENT_TYPE, "cache-control": "no-store" } });
}

const publicEndpoint: Endpoint = { ...metricsEndpoint, access: "everybody" };
const forEverybody = route(publicEndpoint, metrics);
const forAdmins = route(metricsEndpoint, metrics);

export async function GET(request: NextRequest, context: { params: Promise<Record<string, never>> }) {
  const isPublic = await getRuntime().then(
    ({ env }) => env.metricsArePublic,
    () => false,
  );
  return isPublic ? forEverybody(request, context) : forAdmins(request, context);
}
