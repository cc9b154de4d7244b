// The description of this API.
import { allEndpoints } from "@/app/api/_endpoints/all";
import { openApiEndpoint } from "@/app/api/_endpoints/health";
import { createOpenApi, type OpenApiDocument } from "@/app/api/_http/openapi";
import { route } from "@/app/api/_http/route";
import { VERSION } from "@/lib/version";

// Made once: it takes tens of milliseconds, and anybody may ask for it.
let made: OpenApiDocument | undefined;

export const GET = route(openApiEndpoint, async ({ baseUrl }) => {
  made ??= createOpenApi(allEndpoints, { version: VERSION, baseUrl, locale: "en" });
  const document = { ...made, servers: [{ url: baseUrl }] };
  return Response.json(document, { headers: { "cache-control": "no-store" } });
});
