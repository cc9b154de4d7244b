// The endpoints about people: set-up, users, API tokens, the audit log.
import { z } from "zod";
import { idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import {
  auditEntrySchema,
  auditFilterSchema,
  createdTokenSchema,
  createTokenSchema,
  createUserSchema,
  setUpSchema,
  tokenSchema,
  updateUserSchema,
  userSchema,
} from "@/lib/auth/schemas";
import { outwardSchema } from "@/lib/outward";

export const setUpEndpoint = defineEndpoint({
  id: "setUp",
  method: "POST",
  path: "/api/setup",
  tag: "account",
  access: "everybody",
  body: setUpSchema,
  example: {
    token: "token-from-the-setup-link",
    email: "wang@example.com",
    name: "Wang Fang",
    password: "a-long-password",
  },
  status: 201,
  answer: userSchema,
  errors: [403, 409],
});

export const listTokensEndpoint = defineEndpoint({
  id: "listTokens",
  method: "GET",
  path: "/api/tokens",
  tag: "tokens",
  access: "viewer",
  query: pageQuery.extend({
    owner: z.literal("me").optional().meta({ description: "For administrators: only the caller's own" }),
  }),
  answer: z.object({ tokens: z.array(tokenSchema), nextCursor }),
});

export const createTokenEndpoint = defineEndpoint({
  id: "createToken",
  method: "POST",
  path: "/api/tokens",
  tag: "tokens",
  access: "viewer",
  body: createTokenSchema,
  example: { name: "Monitoring", access: "read" },
  status: 201,
  answer: createdTokenSchema,
  errors: [403, 404],
});

export const deleteTokenEndpoint = defineEndpoint({
  id: "deleteToken",
  method: "DELETE",
  path: "/api/tokens/{id}",
  tag: "tokens",
  access: "viewer",
  params: idParams,
  status: 204,
});

export const listUsersEndpoint = defineEndpoint({
  id: "listUsers",
  method: "GET",
  path: "/api/users",
  tag: "users",
  access: "admin",
  query: pageQuery,
  answer: z.object({ users: z.array(userSchema), nextCursor }),
});

export const createUserEndpoint = defineEndpoint({
  id: "createUser",
  method: "POST",
  path: "/api/users",
  tag: "users",
  access: "admin",
  body: createUserSchema,
  example: { email: "wang@example.com", name: "Wang Fang", password: "a-long-password", role: "member" },
  status: 201,
  answer: userSchema,
  errors: [409],
});

export const getUserEndpoint = defineEndpoint({
  id: "getUser",
  method: "GET",
  path: "/api/users/{id}",
  tag: "users",
  access: "admin",
  params: idParams,
  answer: userSchema,
});

export const updateUserEndpoint = defineEndpoint({
  id: "updateUser",
  method: "PATCH",
  path: "/api/users/{id}",
  tag: "users",
  access: "admin",
  params: idParams,
  body: updateUserSchema,
  example: { role: "admin" },
  answer: userSchema,
  errors: [409, 429],
});

export const listOutwardEndpoint = defineEndpoint({
  id: "listOutward",
  method: "GET",
  path: "/api/users/{id}/addresses",
  tag: "users",
  access: "admin",
  params: idParams,
  answer: z.object({ addresses: z.array(outwardSchema) }),
});

export const deleteUserEndpoint = defineEndpoint({
  id: "deleteUser",
  method: "DELETE",
  path: "/api/users/{id}",
  tag: "users",
  access: "admin",
  params: idParams,
  query: z.strictObject({
    heir: z.string().min(1).max(200).optional().meta({
      description:
        "The administrator who takes over the user's bots, models and alerts. Omitted: 409 while the user owns bots or models",
    }),
  }),
  status: 204,
  errors: [409],
});

export const listAuditEndpoint = defineEndpoint({
  id: "listAudit",
  method: "GET",
  path: "/api/audit",
  tag: "audit",
  access: "admin",
  query: pageQuery.extend(auditFilterSchema.shape),
  answer: z.object({ entries: z.array(auditEntrySchema), nextCursor }),
});
