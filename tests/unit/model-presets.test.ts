import { expect, test } from "vitest";
import { isKnownToSee } from "@/lib/models/presets";

test.each([
  "gpt-4o-mini",
  "gpt-5.4",
  "gpt-4.1",
  "o4-mini",
  "openai/gpt-4.1",
  "claude-sonnet-4-5",
  "gemini-2.5-flash",
  "gemma3:12b",
  "qwen-vl-max",
  "Qwen/Qwen2.5-VL-72B-Instruct",
  "qwen3.6-plus",
  "kimi-k2.6",
  "moonshot-v1-8k-vision-preview",
  "glm-4.6v",
  "doubao-seed-1-6-251015",
  "doubao-1.5-vision-pro",
  "llama3.2-vision",
])("%s is known to see images", (model) => {
  expect(isKnownToSee(model)).toBe(true);
});

test.each([
  "deepseek-v4-flash",
  "deepseek-ai/DeepSeek-V3",
  "qwen-plus",
  "Qwen/Qwen3-32B",
  "kimi-k2-turbo-preview",
  "glm-4.7",
  "glm-5",
  "doubao-1-5-pro-32k-250115",
  "llama3.1",
  "o3-mini",
  "gpt-3.5-turbo",
  "my-own",
])("%s is not", (model) => {
  expect(isKnownToSee(model)).toBe(false);
});
