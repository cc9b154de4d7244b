// The description of this API.
import { allEndpoints } from "@/app/api/_endpoints/all";
import { openApiEndpoint } from "@/app/api/_endpoints/health";
import { createOpenApi } from "@/app/api/_http/openapi";
import { route } from "@/app/api/_http/route";
import { VERSION } from "@/lib/version";

export const GET = route(openApiEndpoint, async ({ baseUrl }) =>
  Response.json(createOpenApi(allEndpoints, { version: VERSION, baseUrl, locale: "en" })),
);
