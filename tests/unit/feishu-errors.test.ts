import { describe, expect, test } from "vitest";
import { describeReason } from "@/lib/errors";
import { asFeishuError, refusal } from "@/lib/feishu/errors";
import { LOCALES } from "@/lib/text/translate";

const ORIGIN = "https://open.feishu.cn";
const answered = (status: number, data: unknown, headers: Record<string, string> = {}) =>
  Object.assign(new Error(`Request failed with status code ${status}`), { response: { status, data, headers } });

describe("Feishu's refusals", () => {
  test.each([
    [10003, "credentials", true],
    [10012, "credentials", true],
    [10014, "credentials", true],
    [99991663, "credentials", true],
    [230020, "rate-limit", true],
    [99991400, "rate-limit", true],
    [230002, "target-gone", false],
    [230011, "target-gone", false],
    [231003, "target-gone", false],
    [232009, "target-gone", false],
    [230001, "bad-content", false],
    [230022, "bad-content", false],
    [230025, "bad-content", false],
    [230099, "bad-content", false],
    [230006, "forbidden", false],
    [230013, "forbidden", false],
    [230027, "forbidden", false],
    [99991672, "forbidden", false],
    [99992402, "bad-content", false],
    [230049, "unknown", true],
    [424242, "unknown", true],
  ] as const)("%i is %s", (code, kind, retryable) => {
    const error = asFeishuError(answered(400, { code, msg: "words" }), ORIGIN);
    expect(error).toMatchObject({ kind, retryable, feishuCode: code, feishuMessage: "words", httpStatus: 400 });
    expect(error.message).toContain(`${code} words`);
    for (const locale of LOCALES) expect(describeReason(error.reason, locale)).toContain(String(code));
  });

  test("waits for as long as the gateway says", () => {
    const limited = answered(429, { code: 99991400, msg: "frequency limit" }, { "x-ogw-ratelimit-reset": "7" });
    expect(asFeishuError(limited, ORIGIN)).toMatchObject({ kind: "rate-limit", retryAfterMs: 7_000 });
    const later = answered(503, "busy", { "retry-after": "3" });
    expect(asFeishuError(later, ORIGIN)).toMatchObject({ kind: "network", retryAfterMs: 3_000, feishuCode: undefined });
    const coded = answered(503, { code: 1663, msg: "busy" }, { "retry-after": "3" });
    expect(asFeishuError(coded, ORIGIN)).toMatchObject({ kind: "network", retryAfterMs: 3_000, feishuCode: 1663 });
  });

  test("never waits for more than an hour, nor for nonsense", () => {
    const of = (value: string) => asFeishuError(answered(429, "", { "retry-after": value }), ORIGIN).retryAfterMs;
    expect(of("999999")).toBe(3_600_000);
    expect(of("-5")).toBeUndefined();
    expect(of("soon")).toBeUndefined();
  });

  test("reads the code out of the SDK's words about a refused token", () => {
    const error = new Error("failed to get tenant_access_token, code: 10014, msg: app secret invalid");
    expect(asFeishuError(error, ORIGIN)).toMatchObject({
      kind: "credentials",
      feishuCode: 10014,
      feishuMessage: "app secret invalid",
    });
  });

  test("calls a fault of the network what it is", () => {
    const error = asFeishuError(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), ORIGIN);
    expect(error).toMatchObject({ kind: "network", retryable: true, feishuCode: undefined });
    expect(describeReason(error.reason)).toContain("open.feishu.cn");
  });

  test("a fault on Feishu's side is worth a retry, code or not", () => {
    expect(asFeishuError(answered(502, "<html>"), ORIGIN)).toMatchObject({ kind: "network", httpStatus: 502 });
    expect(refusal({ code: 1663, msg: "internal" }, { status: 500 })).toMatchObject({ kind: "network" });
  });

  test("stays what it is when it passes through twice", () => {
    const error = refusal({ code: 230011, msg: "recalled" });
    expect(asFeishuError(error, ORIGIN)).toBe(error);
  });
});
