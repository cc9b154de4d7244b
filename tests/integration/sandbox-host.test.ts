import { expect, onTestFinished, test, vi } from "vitest";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { SandboxHost } from "@/lib/sandbox/host";
import { randomAppId } from "@/tests/support/app-ids";
import { freshDatabase, quietLogger } from "@/tests/support/databases";

// A company sets HTTP_PROXY and no NO_PROXY: the sandbox's own loopback address must not be asked for at the proxy.
test.each(["NO_PROXY", "no_proxy"])("the sandbox is reached directly behind a proxy, with %s in use", async (name) => {
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
  vi.stubEnv("NO_PROXY", undefined);
  vi.stubEnv("no_proxy", undefined);
  vi.stubEnv(name, "intranet.example");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const database = await freshDatabase();
  const host = new SandboxHost({ ...database, logger: quietLogger, exclusive: true, isElsewhere: async () => false });
  onTestFinished(() => host.stop());
  const bot = { id: "1", appId: randomAppId(), appSecret: "secret", name: "Bot", ownerId: "somebody" };
  const origin = await host.admit(bot);
  expect(await checkCredentials({ ...bot, origin })).toEqual({ ok: true });
  expect(process.env[name]).toContain("intranet.example");
});
