// What a model is made of: the input that is accepted for it and the shape in which it is shown.
import { z } from "zod";

/** The address of an OpenAI-compatible server as it is kept: without a slash at the end and without the path of a call. */
function baseOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = !url.username && !url.password && !url.search && !url.hash && !/[?#]/.test(text);
  if (!/^https?:$/.test(url.protocol) || !isPlain) return undefined;
  return url.href.replace(/\/+$/, "").replace(/\/+chat\/completions$/, "");
}

const baseUrl = z
  .string()
  .trim()
  .max(1_000)
  .refine((value) => baseOf(value) !== undefined, { error: "fields.baseUrl" })
  .transform((value) => baseOf(value) ?? value)
  .meta({
    description:
      "Base URL without /chat/completions, such as https://api.openai.com/v1. Only administrators can use private network addresses. Link-local addresses are never allowed",
    type: "string",
  });
const name = z.string().trim().min(1).max(100);
const model = z.string().trim().min(1).max(200).meta({ description: "The model's ID on the server" });
const apiKey = z
  .string()
  .trim()
  .max(2_000)
  // It travels in a header.
  .regex(/^[\x21-\x7e]*$/, { error: "fields.apiKey" })
  .nullable()
  .meta({ description: "null or an empty string: no key" });
const shared = z
  .boolean()
  .meta({ description: "Everyone can use it for their bots. Only administrators can set this" });

const seesImages = z
  .boolean()
  .meta({ description: "Whether images in a conversation are sent to the model. Omitted: detected from the model ID" });

export const createModelSchema = z
  .strictObject({
    name,
    baseUrl,
    model,
    apiKey: apiKey.optional(),
    shared: shared.optional(),
    seesImages: seesImages.optional(),
  })
  .meta({ id: "CreateModel" });
export type CreateModelInput = z.infer<typeof createModelSchema>;

export const updateModelSchema = z
  .strictObject({ name, baseUrl, model, apiKey, shared, seesImages })
  .partial()
  .meta({ id: "UpdateModel" });
export type UpdateModelInput = z.infer<typeof updateModelSchema>;

const usesSchema = z.object({
  bots: z.array(z.object({ id: z.string(), name: z.string() })).meta({
    description: "The caller's bots that use it, for replies, as a fallback or in a rule",
  }),
  otherBots: z.int().meta({ description: "Number of other bots that use it and that the caller cannot see" }),
});
export type ModelUses = z.infer<typeof usesSchema>;

const HEALTHS = ["works", "fails", "untested"] as const;

export const modelSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    baseUrl: z.string(),
    model: z.string(),
    hasApiKey: z.boolean(),
    shared: z.boolean(),
    seesImages: z.boolean(),
    owner: z.object({ id: z.string(), name: z.string() }),
    health: z.enum(HEALTHS).meta({
      description: "Result of the last request or test since its URL, model ID or key was changed",
    }),
    lastAskedAt: z.iso.datetime().optional(),
    problem: z.string().optional().meta({ description: "Why it failed and what to do, in the caller's language" }),
    ...usesSchema.shape,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Model" });
/** A model as anybody who may see it sees it: no key in it. */
export type Model = z.infer<typeof modelSchema>;

export const servedModelsInputSchema = z
  .strictObject({
    baseUrl,
    apiKey: apiKey.optional(),
    modelId: z.string().min(1).max(200).optional().meta({
      description: "A stored model whose API key is used if apiKey is omitted, as long as baseUrl is its own",
    }),
  })
  .meta({ id: "ListServedModels" });
export type ServedModelsInput = z.infer<typeof servedModelsInputSchema>;

export const servedModelsSchema = z
  .object({
    models: z.array(z.string()).meta({ description: "Model IDs, sorted; empty if there is a problem" }),
    problem: z.string().optional().meta({ description: "What went wrong and what to do, in the caller's language" }),
  })
  .meta({ id: "ServedModels" });
export type ServedModels = z.infer<typeof servedModelsSchema>;

export const modelTestSchema = z
  .object({
    ok: z.boolean(),
    ms: z.int().meta({ description: "Until the end of the answer, or until it failed" }),
    firstTokenMs: z.int().optional(),
    firstWords: z.string().optional(),
    problem: z.string().optional().meta({ description: "What went wrong and what to do, in the caller's language" }),
  })
  .meta({ id: "ModelTest" });
export type ModelTest = z.infer<typeof modelTestSchema>;
