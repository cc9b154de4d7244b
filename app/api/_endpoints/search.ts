// The endpoint that finds things.
import { z } from "zod";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { foundSchema } from "@/lib/search";

export const searchEndpoint = defineEndpoint({
  id: "search",
  method: "GET",
  path: "/api/search",
  tag: "overview",
  access: "viewer",
  query: z.strictObject({
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .meta({ description: "Part of a name, a text or a Feishu ID, or a complete Larkspur ID", examples: ["vpn"] }),
  }),
  answer: foundSchema,
  errors: [429],
});
