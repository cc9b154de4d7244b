// Servers that many people use: their base address and what they call some of their models. Names go out of date; any other can be entered.

export type Preset = { id: string; name: string; baseUrl: string; models: string[]; needsKey: boolean };

export const PRESETS: Preset[] = [
  {
    id: "openai",
    name: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    models: ["gpt-5.4-mini", "gpt-5.5", "gpt-5.4", "gpt-4.1"],
    needsKey: true,
  },
  {
    id: "deepseek",
    name: "DeepSeek",
    baseUrl: "https://api.deepseek.com",
    models: ["deepseek-v4-flash", "deepseek-v4-pro"],
    needsKey: true,
  },
  {
    id: "qwen",
    name: "Qwen (DashScope)",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    models: ["qwen-plus", "qwen-flash", "qwen-max", "qwen3.6-plus"],
    needsKey: true,
  },
  {
    id: "kimi",
    name: "Kimi (Moonshot)",
    baseUrl: "https://api.moonshot.cn/v1",
    models: ["kimi-k2.6", "kimi-k2.5", "kimi-k2-turbo-preview"],
    needsKey: true,
  },
  {
    id: "glm",
    name: "GLM (Zhipu)",
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    models: ["glm-4.7", "glm-5.1", "glm-5", "glm-4.7-flash"],
    needsKey: true,
  },
  {
    id: "doubao",
    name: "Doubao (Volcengine Ark)",
    baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
    models: ["doubao-seed-2-0-lite-260428", "doubao-seed-1-6-251015", "doubao-1-5-pro-32k-250115"],
    needsKey: true,
  },
  {
    id: "siliconflow",
    name: "SiliconFlow",
    baseUrl: "https://api.siliconflow.cn/v1",
    models: ["deepseek-ai/DeepSeek-V3.2", "deepseek-ai/DeepSeek-V3", "Qwen/Qwen3-32B"],
    needsKey: true,
  },
  {
    id: "ollama",
    name: "Ollama",
    baseUrl: "http://127.0.0.1:11434/v1",
    models: ["qwen3", "llama3.1", "gemma3"],
    needsKey: false,
  },
  { id: "vllm", name: "vLLM", baseUrl: "http://127.0.0.1:8000/v1", models: [], needsKey: false },
];

// By the families whose every member sees, and by what makers put into the names of those that do.
const SEEING = [
  /\b(gpt-4o|gpt-4\.[15]|gpt-[5-9]|chatgpt-4o|o[134](?!-mini)|o4-mini|claude|gemini|gemma-?[34]|grok-[4-9]|pixtral|llava)/,
  /\bqwen-?3\.[5-9]|\bqwen-?vl|\bkimi-k2\.[5-9]|\bglm-\d+(\.\d+)?v|\bdoubao-seed-[12]|\bllama-?4\b/,
  /vision|omni|[-_.]vl\b|[-_]vl[-_]|internvl|minicpm-v|\bvlm\b/,
];

/** Whether a model sees images, as far as its name tells. */
export const isKnownToSee = (model: string): boolean => SEEING.some((names) => names.test(model.toLowerCase()));
