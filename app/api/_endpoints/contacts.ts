// The endpoints that tell whom a bot has heard, and what they are called.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { contactsSchema, MOST_NAMED } from "@/lib/events/contacts";

const ids = z
  .string()
  .max(10_000)
  .transform((text) => text.split(",").filter(Boolean))
  .pipe(z.array(z.string().max(200)).max(MOST_NAMED))
  .default([])
  .meta({ description: `Ids between commas, ${MOST_NAMED} at most`, override: { type: "string" } });

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
  path: "/api/feishu/bots/{id}/names",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({ people: ids, chats: ids }),
  answer: z.object({
    names: z.record(z.string(), z.string()).meta({ description: "By id; whom Feishu does not name is left out" }),
  }),
});
