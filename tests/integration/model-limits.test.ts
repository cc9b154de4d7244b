// How providers say that an account has no credit left, or that a question is too long: in the words of each.
import { expect, test } from "vitest";
import { askingScene } from "@/tests/support/asking";

const UNPAID: [who: string, status: number, body: unknown][] = [
  [
    "OpenAI",
    429,
    {
      error: {
        message: "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota",
        code: "insufficient_quota",
      },
    },
  ],
  [
    "OpenAI's limit",
    400,
    { error: { message: "Billing hard limit has been reached", code: "billing_hard_limit_reached" } },
  ],
  [
    "DeepSeek",
    402,
    { error: { message: "Insufficient Balance", type: "unknown_error", code: "invalid_request_error" } },
  ],
  [
    "Moonshot",
    429,
    {
      error: {
        message: "Your account org-1 <ak-1> is suspended, please check your plan and billing details",
        type: "exceeded_current_quota_error",
      },
    },
  ],
  [
    "DashScope",
    400,
    {
      error: {
        code: "Arrearage",
        param: null,
        message: "Access denied, please make sure your account is in good standing.",
        type: "Arrearage",
      },
    },
  ],
  [
    "DashScope's free tier",
    403,
    {
      error: {
        code: "AllocationQuota.FreeTierOnly",
        message:
          'The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the "use free tier only" mode.',
      },
    },
  ],
  ["Zhipu", 429, { error: { code: "1113", message: "余额不足或无可用资源包,请充值。" } }],
  [
    "Volcengine",
    403,
    {
      error: {
        code: "AccountOverdueError",
        message: "The request failed because your account has an overdue balance.",
      },
    },
  ],
  ["SiliconFlow", 403, { code: 30_001, message: "Sorry, your account balance is insufficient", data: null }],
  [
    "SiliconFlow's paid models",
    403,
    {
      code: 30_011,
      message:
        "The selected model requires paid balance. Your paid balance is insufficient. Please top up and try again.",
    },
  ],
  [
    "OpenRouter",
    402,
    { error: { message: "Insufficient credits. Add more using https://openrouter.ai/settings/credits", code: 402 } },
  ],
  [
    "one-api",
    403,
    {
      error: {
        message: "user quota is not enough (request id: 1)",
        type: "one_api_error",
        code: "insufficient_user_quota",
      },
    },
  ],
  [
    "new-api",
    403,
    {
      error: { message: "用户额度不足, 剩余额度: ＄-0.000002", type: "new_api_error", code: "insufficient_user_quota" },
    },
  ],
  ["new-api's token", 401, { error: { message: "该令牌额度已用尽", type: "new_api_error" } }],
  [
    "one-api in advance",
    403,
    { error: { message: "预扣费额度失败, 用户剩余额度: ＄0.05", code: "pre_consume_token_quota_failed" } },
  ],
  [
    "Anthropic",
    400,
    {
      error: { type: "invalid_request_error", message: "Your credit balance is too low to access the Anthropic API." },
    },
  ],
  ["MiniMax", 200, { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } }],
];

test.each(UNPAID)("that the account has no credit is told as such: %s", async (_, status, body) => {
  const { fake, failure } = await askingScene();
  fake.next({ status, body: body as object });
  const error = await failure();
  expect(error.reason.code).toBe("model.unpaid");
  expect(error.retryable).toBe(false);
});

test.each([
  ["a wrong key", 401, { error: { message: "Incorrect API key provided", code: "invalid_api_key" } }, "model.noKey"],
  [
    "Azure's limit of speed",
    429,
    {
      error: {
        code: "429",
        message:
          "Requests have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds.",
      },
    },
    "model.busy",
  ],
  [
    "Gemini's limit of speed",
    429,
    [
      {
        error: {
          code: 429,
          message: "You exceeded your current quota, please check your plan and billing details.",
          status: "RESOURCE_EXHAUSTED",
        },
      },
    ],
    "model.busy",
  ],
  [
    "a refusal that repeats the question",
    422,
    {
      detail: [
        {
          loc: ["body", "messages"],
          msg: "Input should be valid",
          input: [{ content: "余额不足, prompt is too long" }],
        },
      ],
    },
    "model.refused",
  ],
  ["an unknown model", 404, { error: { message: "model 'llama9' not found", type: "api_error" } }, "model.unknown"],
])("%s is not told as an account without credit", async (_, status, body, code) => {
  const { fake, failure } = await askingScene();
  fake.next({ status, body });
  expect((await failure()).reason.code).toBe(code);
});

const TOO_LONG: [who: string, status: number, body: unknown][] = [
  [
    "OpenAI and Azure",
    400,
    {
      error: {
        message:
          "This model's maximum context length is 4097 tokens. However, your messages resulted in 4294 tokens. Please reduce the length of the messages.",
        type: "invalid_request_error",
        param: "messages",
        code: "context_length_exceeded",
      },
    },
  ],
  [
    "DeepSeek",
    400,
    {
      error: {
        message:
          "This model's maximum context length is 131072 tokens. However, you requested 131134 tokens (122942 in the messages, 8192 in the completion). Please reduce the length of the messages or completion.",
        code: "invalid_request_error",
      },
    },
  ],
  [
    "OpenRouter",
    400,
    {
      error: {
        message:
          "This endpoint's maximum context length is 32768 tokens. However, you requested about 42832 tokens (42832 of text input).",
        code: 400,
      },
    },
  ],
  [
    "Moonshot",
    400,
    {
      error: {
        message: "Invalid request: Your request exceeded model token limit: 8192",
        type: "invalid_request_error",
      },
    },
  ],
  [
    "DashScope",
    400,
    { error: { code: "invalid_parameter_error", message: "Range of input length should be [1, 30720]" } },
  ],
  ["Zhipu", 400, { error: { code: "1261", message: "Prompt 超长" } }],
  [
    "Volcengine",
    400,
    { error: { code: "InvalidParameter", message: "Input length 98345 exceeds the maximum length 32768" } },
  ],
  [
    "SiliconFlow",
    400,
    { code: 20_015, message: "length of prompt_tokens (40000) must be less than max_seq_len (32768)." },
  ],
  ["Qianfan", 400, { error: { code: "tokens_too_long", message: "Prompt tokens too long" } }],
  [
    "vLLM",
    400,
    {
      object: "error",
      message: "This model's maximum context length is 8192 tokens. However, you requested 8203 tokens",
      type: "BadRequestError",
      code: 400,
    },
  ],
  [
    "llama.cpp",
    400,
    {
      error: {
        code: 400,
        message:
          "the request exceeds the available context size. try increasing the context size or enable context shift",
        type: "exceed_context_size_error",
      },
    },
  ],
  [
    "LM Studio",
    400,
    {
      error:
        "Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.",
    },
  ],
  ["Ollama", 500, { error: { message: "the input length exceeds the context length", type: "api_error" } }],
  [
    "Anthropic",
    400,
    { error: { type: "invalid_request_error", message: "prompt is too long: 213462 tokens > 200000 maximum" } },
  ],
  [
    "Gemini",
    400,
    [
      {
        error: {
          code: 400,
          message: "The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).",
          status: "INVALID_ARGUMENT",
        },
      },
    ],
  ],
  [
    "Mistral",
    400,
    {
      object: "error",
      message: "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    },
  ],
  ["xAI", 400, { error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens." }],
  ["a proxy", 413, "<html>413 Request Entity Too Large</html>"],
  ["an error within the stream", 200, { error: { code: "context_length_exceeded", message: "too long" } }],
];

test.each(TOO_LONG)("that the question is too long is recognised: %s", async (_, status, body) => {
  const { fake, failure } = await askingScene();
  fake.next({ status, body: body as object });
  expect((await failure()).reason.code).toBe("model.tooLong");
  expect(fake.requests).toHaveLength(1);
});
