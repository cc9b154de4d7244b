import { describe, expect, test, vi } from "vitest";
import { AppError, describeReason } from "@/lib/errors";
import { FeishuError } from "@/lib/feishu/errors";

describe("errors", () => {
  test("are known for what they are when another copy of the code has thrown them", async () => {
    vi.resetModules();
    const other = await import("@/lib/errors");
    const otherFeishu = await import("@/lib/feishu/errors");
    expect(other.AppError).not.toBe(AppError);
    expect(new other.AppError("conflict", "bot.disabled")).toBeInstanceOf(AppError);
    const details = { kind: "network", reason: { code: "unknown" } } as const;
    expect(new otherFeishu.FeishuError(details)).toBeInstanceOf(FeishuError);
    for (const stranger of [new Error("AppError"), { name: "AppError" }, null, "AppError", new FeishuError(details)]) {
      expect(stranger instanceof AppError).toBe(false);
    }
    expect(new AppError("conflict", "bot.disabled") instanceof FeishuError).toBe(false);
  });

  test("carry their status and their words in both languages", () => {
    const error = new AppError("rate_limited", "tooManyRequests", { params: { seconds: 1 } });
    expect(error.status).toBe(429);
    expect(error.describe("en")).toBe("Too many attempts. Wait 1 second and try again.");
    expect(error.describe("zh-CN")).toBe("尝试次数过多，请在 1 秒后重试。");
    expect(describeReason({ code: "nowhere" })).toBe("reasons.nowhere");
  });
});
