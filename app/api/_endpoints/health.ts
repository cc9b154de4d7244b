// The endpoints for whoever watches over the process, and the description of the API itself.
import { z } from "zod";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { METRICS_CONTENT_TYPE } from "@/lib/metrics";
import type { Readiness } from "@/lib/readiness";

const tag = "health";

export const healthEndpoint = defineEndpoint({
  id: "getHealth",
  method: "GET",
  path: "/api/health",
  tag,
  access: "everybody",
  answer: z.object({ status: z.literal("ok"), version: z.string(), instance: z.string() }).meta({ id: "Health" }),
});

const part = z
  .enum(["ok", "failed", "off"])
  .meta({ description: "off: does not run in this deployment, which sleeps between requests" });

const readinessSchema = z
  .object({
    status: z.enum(["ok", "unavailable"]),
    checks: z.object({ database: part, worker: part, connections: part }),
  })
  .meta({ id: "Readiness" }) satisfies z.ZodType<Readiness>;

export const readyEndpoint = defineEndpoint({
  id: "getReadiness",
  method: "GET",
  path: "/api/ready",
  tag,
  access: "everybody",
  answer: readinessSchema,
  answers: { 503: readinessSchema },
});

export const metricsEndpoint = defineEndpoint({
  id: "getMetrics",
  method: "GET",
  path: "/api/metrics",
  tag,
  access: "admin",
  answer: z.string(),
  contentType: METRICS_CONTENT_TYPE,
});

export const openApiEndpoint = defineEndpoint({
  id: "getOpenApi",
  method: "GET",
  path: "/api/openapi.json",
  tag,
  access: "everybody",
  answer: z.looseObject({ openapi: z.string() }),
});
