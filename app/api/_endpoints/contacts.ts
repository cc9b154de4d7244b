// The endpoints that tell whom a bot has heard, and what they are called.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { contactsSchema } from "@/lib/events/contacts";
import { MOST_NAMED } from "@/lib/events/titles";

const eventIds = z
  .string()
  .max(10_000)
  .regex(/^\d{1,15}(,\d{1,15})*$/)
  .transform((text) => text.split(",").map(Number))
  .pipe(z.array(z.int()).max(MOST_NAMED))
  .meta({
    description: `Event IDs, separated by commas, up to ${MOST_NAMED}`,
    override: { type: "string", examples: ["1024,1025"] },
  });

export const listContactsEndpoint = defineEndpoint({
  id: "listContacts",
  method: "GET",
  path: "/api/feishu/bots/{id}/contacts",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: contactsSchema,
});

export const listNamesEndpoint = defineEndpoint({
  id: "listNames",
  method: "GET",
  path: "/api/feishu/events/names",
  tag: "events",
  access: "viewer",
  query: z.strictObject({ ids: eventIds }),
  answer: z.object({
    names: z
      .record(z.string(), z.string())
      .meta({ description: "Names by ID. IDs that Feishu has no name for are omitted" }),
    titles: z
      .record(z.string(), z.string())
      .meta({ description: "For the other IDs: titles to show instead, in the caller's language" }),
  }),
});
