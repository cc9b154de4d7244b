// Asks a scripted server of models without a bot around it, for tests.
import { expect } from "vitest";
import { askModel, type Told } from "@/lib/models/ask";
import type { OpenModel } from "@/lib/models/credentials";
import { asModelError, type ModelError } from "@/lib/models/model-error";
import { startFakeModel } from "@/tests/support/fake-model";
import type { Script } from "@/tests/support/model-server";

const modelOf = (baseUrl: string, more: Partial<OpenModel> = {}): OpenModel => ({
  name: "M",
  baseUrl,
  model: "m",
  apiKey: undefined,
  seesImages: false,
  allowPrivate: true,
  ...more,
});

export async function askingScene() {
  const fake = await startFakeModel();
  const ask = (more: Partial<Parameters<typeof askModel>[1]> = {}): Promise<Told> =>
    askModel(modelOf(fake.baseUrl), { messages: [{ role: "user", content: "Hi" }], silenceMs: 20_000, ...more });
  const failure = async (more = {}): Promise<ModelError> =>
    ask(more).then(
      (told) => expect.fail(`It answered: ${told.text}`),
      (error: unknown) => asModelError(error, modelOf(fake.baseUrl)),
    );
  return { fake, ask, failure };
}

/** A refusal in OpenAI's form. */
export const refusing = (error: unknown, status = 400): Script => ({ status, body: { error } });
