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
  .meta({ description: `Of events, between commas, ${MOST_NAMED} at most`, override: { type: "string" } });

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
    names: z.record(z.string(), z.string()).meta({ description: "By id; whom Feishu does not name is left out" }),
    titles: z.record(z.string(), z.string()).meta({
      description: "By id, of the others: what to call them, in words of the caller's language",
    }),
  }),
});
