// Asking Feishu whether an App ID and its secret are right, and what a refusal for the wrong cloud says.
import { describe, expect, test } from "vitest";
import { describeReason } from "@/lib/errors";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { refusal } from "@/lib/feishu/discovery";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";

async function scene() {
  const cloud = await startTestCloud();
  return { cloud, app: registerTestApp(cloud) };
}

describe("the question about credentials", () => {
  test("knows an app of the other cloud, which the token call does not", async () => {
    const { cloud, app } = await scene();
    const credentials = { appId: app.appId, appSecret: "of the other cloud", origin: cloud.origin };
    expect(await checkCredentials(credentials)).toMatchObject({ reason: { code: "connection.credentials" } });
    cloud.faults.add({ on: "endpoint", as: "refuse", code: 1000040351, msg: "Incorrect domain name", data: "none" });
    expect(await checkCredentials(credentials)).toMatchObject({
      ok: false,
      kind: "credentials",
      reason: { code: "connection.wrongCloud", params: { code: 1000040351, cloud: "other" } },
    });
  });

  test("tells wrong ones from a bad network and other trouble", async () => {
    const { cloud, app } = await scene();
    const credentials = { appId: app.appId, appSecret: app.appSecret, origin: cloud.origin };
    expect(await checkCredentials(credentials)).toEqual({ ok: true });
    const kindOf = async (change: Partial<typeof credentials>, limitMs?: number) => {
      const check = await checkCredentials({ ...credentials, ...change }, limitMs);
      return check.ok ? "ok" : check.kind;
    };
    expect(await kindOf({ appSecret: "wrong" })).toBe("credentials");
    expect(await kindOf({ appId: "cli_00000000000000ff" })).toBe("credentials");
    expect(await kindOf({ appId: "malformed" })).toBe("credentials");
    expect(await kindOf({ origin: "http://127.0.0.1:9" })).toBe("network");
    const path = "*/tenant_access_token/internal";
    cloud.faults.add({ on: "api", as: "hang", path, times: 1 });
    expect(await kindOf({}, 200)).toBe("network");
    cloud.faults.add({ on: "api", as: "error", path, httpStatus: 500, code: 99, times: 1 });
    expect(await kindOf({})).toBe("other");
    for (const code of [10003, 10012, 10014]) {
      cloud.faults.add({ on: "api", as: "error", path, httpStatus: 400, code, times: 1 });
      expect(await kindOf({})).toBe("credentials");
    }
  });
});

test.each([
  ["open.feishu.cn", "choose Lark", "改为 Lark"],
  ["open.larksuite.com", "choose Feishu", "改为 飞书"],
  ["feishu.cn.example.com", "choose Feishu or Lark", "改为 飞书或 Lark"],
])("an app of another cloud than %s's is told which one to choose", (host, english, chinese) => {
  const { reason } = refusal(1000040351, "Incorrect domain name", 200, host);
  expect(describeReason(reason, "en")).toContain(`${english} under Settings`);
  expect(describeReason(reason, "zh-CN")).toContain(chinese);
});
