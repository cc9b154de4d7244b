// What people, API tokens and audit entries look like from outside, and what is accepted for them.
import { z } from "zod";

const timestamp = z.iso.datetime();

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254) // RFC 5321: the longest address that can be mailed to
  .pipe(z.email())
  .meta({ format: "email" });
// Only a length: rules about kinds of characters make passwords worse (NIST SP 800-63B §3.1.1.2).
const password = z.string().min(8).max(256).meta({ format: "password" });
const name = z.string().trim().min(1).max(100);
const role = z.enum(["admin", "member"]);

export const userSchema = z
  .object({ id: z.string(), email: z.string(), name: z.string(), role, createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: "User" });
export type User = z.infer<typeof userSchema>;

export const createUserSchema = z.strictObject({ email, name, password, role }).meta({ id: "CreateUser" });
export type CreateUserInput = z.infer<typeof createUserSchema>;

const currentPassword = z.string().max(256).optional();
const revokeTokens = z
  .boolean()
  .optional()
  .meta({ description: "With a new password: the person's API tokens end, too" });

export const updateUserSchema = createUserSchema
  .partial()
  .extend({
    currentPassword: currentPassword.meta({ description: "Needed with a new password of the caller's own" }),
    revokeTokens,
  })
  .meta({ id: "UpdateUser" });
export type UpdateUserInput = z.infer<typeof updateUserSchema>;

export const updateAccountSchema = z
  .strictObject({
    name: name.optional(),
    password: password.optional(),
    currentPassword: currentPassword.meta({ description: "Required when changing the password" }),
    revokeTokens,
  })
  .check((context) => {
    const { password: next, currentPassword } = context.value;
    if (next === undefined || currentPassword !== undefined) return;
    context.issues.push({
      code: "custom",
      path: ["currentPassword"],
      message: "fields.required",
      input: context.value,
    });
  })
  .meta({ id: "UpdateAccount" });
export type UpdateAccountInput = z.infer<typeof updateAccountSchema>;

export const sessionSchema = z
  .object({
    id: z.string(),
    createdAt: timestamp,
    lastSeenAt: timestamp.meta({ description: "Exact to five minutes" }),
    address: z.string(),
    userAgent: z.string(),
    current: z.boolean().meta({ description: "The one that this request comes with" }),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

export const setUpSchema = z
  .strictObject({
    token: z.string().min(1).max(200).meta({ description: "From the one-time setup link" }),
    email,
    name,
    password,
  })
  .meta({ id: "SetUp" });
export type SetUpInput = z.infer<typeof setUpSchema>;

const owner = z.object({ id: z.string(), name: z.string() });

const tokenAccess = z
  .enum(["full", "read"])
  .meta({ description: "read: can only read what its owner can see. All other calls return 403" });

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    access: tokenAccess,
    hint: z.string().meta({ description: "Last four characters of the token" }),
    owner,
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable().meta({ description: "Accurate to the minute" }),
  })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof tokenSchema>;

export const createTokenSchema = z
  .strictObject({
    name,
    access: tokenAccess.default("full"),
    expiresAt: z.iso
      .datetime({ offset: true })
      .nullable()
      .optional()
      .meta({ description: "Omitted or null: never expires" }),
    userId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "For administrators: the user who owns the token" }),
  })
  .meta({ id: "CreateApiToken" });
export type CreateTokenInput = z.input<typeof createTokenSchema>;

export const createdTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    token: z.string().meta({ description: "Only returned once" }),
    access: tokenAccess,
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: "CreatedApiToken" });

const AUDIT_SUBJECTS = ["bot", "event", "alert", "model", "token", "user", "session", "settings"] as const;

const storable = (text: string) => !text.includes("\0");

export const auditFilterSchema = z
  .strictObject({
    subject: z.enum(AUDIT_SUBJECTS).meta({ description: "What was changed: the part of `action` before the dot" }),
    q: z
      .string()
      .trim()
      .max(100)
      .refine(storable, { error: "fields.unstorable" })
      .meta({ description: "Part of the actor's or the target's name" }),
    actorId: z
      .string()
      .min(1)
      .max(200)
      .refine(storable, { error: "fields.unstorable" })
      .meta({ description: "Only this person's actions" }),
  })
  .partial();
export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: timestamp,
    actor: z.object({ id: z.string().nullable(), name: z.string() }).meta({ description: "null ID: Larkspur itself" }),
    action: z.string().meta({ description: "What changed and how, such as bot.created" }),
    target: z
      .object({
        id: z.string(),
        name: z.string().nullable(),
        exists: z.boolean().meta({ description: "False if it has been deleted" }),
        botId: z.string().optional().meta({ description: "For a message: the bot that received it" }),
      })
      .nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntryView = z.infer<typeof auditEntrySchema>;
