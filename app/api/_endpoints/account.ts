// The endpoints about the caller's own account and the browsers it is signed in with.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { sessionSchema, updateAccountSchema, userSchema } from "@/lib/auth/schemas";

export const getAccountEndpoint = defineEndpoint({
  id: "getAccount",
  method: "GET",
  path: "/api/account",
  tag: "account",
  access: "viewer",
  answer: userSchema,
});

export const updateAccountEndpoint = defineEndpoint({
  id: "updateAccount",
  method: "PATCH",
  path: "/api/account",
  tag: "account",
  access: "viewer",
  body: updateAccountSchema,
  example: { name: "Wang Fang" },
  answer: userSchema,
  errors: [403, 429],
});

export const listSessionsEndpoint = defineEndpoint({
  id: "listSessions",
  method: "GET",
  path: "/api/account/sessions",
  tag: "account",
  access: "viewer",
  answer: z.object({ sessions: z.array(sessionSchema) }),
});

export const endSessionEndpoint = defineEndpoint({
  id: "endSession",
  method: "DELETE",
  path: "/api/account/sessions/{id}",
  tag: "account",
  access: "viewer",
  params: idParams,
  status: 204,
});

export const endOtherSessionsEndpoint = defineEndpoint({
  id: "endOtherSessions",
  method: "DELETE",
  path: "/api/account/sessions",
  tag: "account",
  access: "viewer",
  status: 204,
});
