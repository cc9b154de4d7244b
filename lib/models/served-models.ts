// Lists the models that an OpenAI-compatible server offers, or says what is wrong and what to do.
import { APICallError } from "ai";
import type { Database } from "@/lib/db/client";
import { AppError, describeReason } from "@/lib/errors";
import { parseJson } from "@/lib/json";
import { refuseAddress } from "@/lib/models/changes";
import { type OpenModel, openModel } from "@/lib/models/credentials";
import { asModelError } from "@/lib/models/model-error";
import { requireModel } from "@/lib/models/queries";
import type { ServedModels, ServedModelsInput } from "@/lib/models/schemas";
import { guardedFetch } from "@/lib/outside-address";
import type { Sealer } from "@/lib/sealing";
import { type Locale, translate } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const LIMIT_MS = 10_000;
const LONGEST_BODY = 2 * 1024 * 1024;
const MOST_MODELS = 1_000;
const LONGEST_ID = 200;

/** Open to the same people as the form of the model, with the same addresses. */
export async function listServedModels(
  context: { db: Database; sealer: Sealer },
  viewer: Viewer,
  input: ServedModelsInput,
  locale: Locale,
  limitMs = LIMIT_MS,
): Promise<ServedModels> {
  const model = await opened(context, viewer, input);
  const { host } = new URL(model.baseUrl);
  const failed = (
    key: "modelList.none" | "modelList.unreadable" | "modelList.slow",
    params: Record<string, string | number> = {},
  ): ServedModels => ({
    models: [],
    problem: translate(locale, key, { host, ...params }),
  });
  try {
    const response = await guardedFetch(`${model.baseUrl}/models`, {
      headers: { accept: "application/json", ...(model.apiKey ? { authorization: `Bearer ${model.apiKey}` } : {}) },
      allowPrivate: model.allowPrivate,
      signal: AbortSignal.timeout(limitMs),
    });
    const body = await textOf(response);
    if (response.status === 404 || response.status === 405)
      return failed("modelList.none", { status: response.status });
    if (!response.ok) throw asCallError(model, response, body);
    const models = idsIn(parseJson(body));
    return models ? { models } : failed("modelList.unreadable");
  } catch (error) {
    if (isTimeout(error)) return failed("modelList.slow", { seconds: limitMs / 1000 });
    return { models: [], problem: describeReason(asModelError(error, model).reason, locale) };
  }
}

async function opened(
  { db, sealer }: { db: Database; sealer: Sealer },
  viewer: Viewer,
  { baseUrl, apiKey, modelId }: ServedModelsInput,
): Promise<OpenModel> {
  const row = modelId === undefined ? undefined : await requireModel(db, viewer, modelId);
  if (row && !viewer.isAdmin && row.ownerId !== viewer.userId) throw new AppError("forbidden", "model.notYours");
  const isSaved = row?.baseUrl === baseUrl;
  const allowPrivate = row && isSaved ? row.mayReachInside : viewer.isAdmin;
  refuseAddress(baseUrl, allowPrivate);
  // Its key goes to the server that it belongs to, and to no other one.
  const kept = row && isSaved && apiKey === undefined ? openModel(sealer, row).apiKey : undefined;
  return {
    name: "",
    baseUrl,
    model: row?.model ?? "",
    apiKey: apiKey || kept,
    seesImages: false,
    allowPrivate,
  };
}

async function textOf({ body }: Response): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_BODY) break;
  }
  return text;
}

const asCallError = ({ baseUrl }: OpenModel, { status, statusText, headers }: Response, responseBody: string) =>
  new APICallError({
    message: statusText,
    url: `${baseUrl}/models`,
    requestBodyValues: {},
    statusCode: status,
    responseHeaders: Object.fromEntries(headers),
    responseBody,
  });

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === "TimeoutError" || isTimeout(error.cause));

/** OpenAI's `data`, a bare list, or `models` with names, as some servers answer; undefined: none of these. */
function idsIn(body: unknown): string[] | undefined {
  const { data, models } = (body ?? {}) as { data?: unknown; models?: unknown };
  const list = [body, data, models].find(Array.isArray) as unknown[] | undefined;
  if (!list) return undefined;
  const ids = list
    .map((entry) => (typeof entry === "string" ? entry : (entry as { id?: unknown } | null)?.id))
    .filter((id): id is string => typeof id === "string" && id !== "" && id.length <= LONGEST_ID);
  return [...new Set(ids)].sort((a, b) => a.localeCompare(b)).slice(0, MOST_MODELS);
}
