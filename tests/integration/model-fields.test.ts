// What of a request a model's server refuses: left out, asked once more without it, and remembered.
import { expect, test } from "vitest";
import { askingScene, refusing } from "@/tests/support/asking";
import type { Script } from "@/tests/support/model-server";

const FIELDS: [what: string, refusal: Script, field: string, then: Record<string, unknown>][] = [
  [
    "OpenAI's max_tokens",
    refusing({
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      param: "max_tokens",
      code: "unsupported_parameter",
    }),
    "max_tokens",
    { max_completion_tokens: 99 },
  ],
  [
    "an answer length that is too much",
    refusing({ message: "max_tokens is too large: 99. This model supports at most 50 completion tokens" }),
    "max_tokens",
    {},
  ],
  [
    "FastAPI's stream_options",
    {
      status: 422,
      body: {
        detail: [
          {
            type: "extra_forbidden",
            loc: ["body", "stream_options"],
            msg: "Extra inputs are not permitted",
            input: { temperature: 1 },
          },
        ],
      },
    },
    "stream_options",
    {},
  ],
  [
    "a sentence about stream_options",
    refusing({ message: "Unrecognized request argument supplied: stream_options" }),
    "stream_options",
    {},
  ],
  [
    "OpenAI's temperature",
    refusing({
      message:
        "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
      param: "temperature",
    }),
    "temperature",
    {},
  ],
  [
    "Mistral's form",
    {
      status: 422,
      body: {
        object: "error",
        message: {
          detail: [{ type: "extra_forbidden", loc: ["body", "temperature"], msg: "Extra inputs are not permitted" }],
        },
      },
    },
    "temperature",
    {},
  ],
];

test.each(FIELDS)("%s is left out, and left out from then on", async (_, refusal, field, then) => {
  const { fake, ask } = await askingScene();
  const asked = { temperature: 0.3, maxTokens: 99 };
  fake.next(refusal);
  expect((await ask(asked)).text).toBe("Hello!");
  expect((await ask(asked)).text).toBe("Hello!");
  const bodies = fake.requests.map(({ body }) => body);
  expect(bodies.map((body) => field in body)).toEqual([true, false, false]);
  expect(bodies[2]).toMatchObject({ ...then, messages: bodies[0]?.messages });
  const kept = ["temperature", "max_tokens", "stream_options"].filter((name) => name !== field);
  for (const name of kept) expect(bodies[2]).toHaveProperty(name);
});

test.each([
  [
    "OpenAI",
    refusing({
      message: "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
      param: "messages[0].role",
    }),
  ],
  ["Gemma", refusing("System role not supported")],
  ["Gemini", refusing({ message: "Developer instruction is not enabled for models/gemma-3-27b-it", code: 400 })],
  ["a template of two roles", refusing("Conversation roles must alternate user/assistant/user/assistant/...")],
  [
    "a schema of two roles",
    {
      status: 422,
      body: { detail: [{ loc: ["body", "messages", 0, "role"], msg: "Input should be 'user' or 'assistant'" }] },
    },
  ],
  ["a chat template", refusing({ code: 500, message: "Jinja Exception: System role not supported" }, 500)],
])("where %s wants no system role, the instructions stand before the question", async (_, refusal) => {
  const { fake, ask } = await askingScene();
  fake.next(refusal);
  await ask({ system: "Be brief." });
  await ask({ system: "Be brief." });
  const [first, ...others] = fake.requests.map(({ body }) => body.messages);
  expect(first?.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(others).toEqual(Array(2).fill([{ role: "user", content: "Be brief.\n\nHi" }]));
});

test("several fields are left out one after the other, and another value is tried again", async () => {
  const { fake, ask } = await askingScene();
  const only = (field: string) => refusing({ message: `Unsupported parameter: ${field}` });
  fake.next(only("max_tokens"), only("temperature"));
  await ask({ temperature: 0.3, maxTokens: 99 });
  await ask({ temperature: 1, maxTokens: 99 });
  expect(fake.requests.map(({ body }) => [body.max_tokens, body.max_completion_tokens, body.temperature])).toEqual([
    [99, undefined, 0.3],
    [undefined, 99, 0.3],
    [undefined, 99, undefined],
    [undefined, 99, 1],
  ]);
});

test("what another refusal follows is not remembered, and what names nothing is not asked again", async () => {
  const { fake, ask, failure } = await askingScene();
  fake.next(
    refusing({ message: "temperature is not supported" }),
    refusing({ message: "no" }),
    refusing({ message: "no" }),
  );
  expect((await failure({ temperature: 0.3 })).reason.code).toBe("model.refused");
  expect((await failure({ temperature: 0.3 })).reason.code).toBe("model.refused");
  expect(fake.requests.map(({ body }) => body.temperature)).toEqual([0.3, undefined, 0.3]);
  await ask({ temperature: 0.3 });
  expect(fake.requests.at(-1)?.body.temperature).toBe(0.3);
});

test("room that was kept for the answer is given up before the question is called too long, only this time", async () => {
  const { fake, ask } = await askingScene();
  fake.next(
    refusing({
      message:
        "'max_tokens' is too large: 4096. This model's maximum context length is 8192 tokens and your request has 6000 input tokens",
    }),
  );
  expect((await ask({ maxTokens: 4096 })).text).toBe("Hello!");
  await ask({ maxTokens: 4096 });
  expect(fake.requests.map(({ body }) => body.max_tokens)).toEqual([4096, undefined, 4096]);
});
