import { expect, test } from "vitest";
import { registerBot, startInstallation } from "@/tests/support/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { startProxy } from "@/tests/support/connect-proxy";
import { runStart } from "@/tests/support/server";
import { startTlsFront, TEST_AUTHORITY } from "@/tests/support/tls-front";
import { waitFor } from "@/tests/support/wait-for";

/** A bot that reaches the cloud directly, and one that goes through a proxy with a password. */
async function scene(env: Record<string, string>) {
  const cloud = await startTestCloud();
  const { origin } = await startTlsFront(cloud);
  const proxy = await startProxy({ login: "larkspur:s3cret-of-proxy" });
  const { server, admin } = await startInstallation("pglite", { env });
  const [direct = "", through = ""] = await Promise.all(
    [{}, { proxy: proxy.url.replace("//", "//larkspur:s3cret-of-proxy@") }].map((more) =>
      registerBot(admin, cloud, registerTestApp(cloud), { domain: origin, ...more }),
    ),
  );
  const status = (id: string) => admin.get(`/api/feishu/bots/${id}/ws/status`);
  return { cloud, admin, server, direct, through, status, origin, proxy };
}

test("an own certificate authority is trusted when NODE_EXTRA_CA_CERTS names it", async () => {
  const { admin, server, direct, through, status, origin, proxy } = await scene({
    NODE_EXTRA_CA_CERTS: TEST_AUTHORITY,
  });
  for (const id of [direct, through]) {
    await waitFor(async () => (await status(id)).state === "connected", "the connection");
    const { checks } = await admin.post(`/api/feishu/bots/${id}/check`);
    expect(checks).toContainEqual(expect.objectContaining({ id: "credentials", status: "pass" }));
  }
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(origin).host]));
  const shown = await admin.get(`/api/feishu/bots/${through}`);
  expect(shown).toMatchObject({ hasProxyPassword: true, proxy: proxy.url.replace("//", "//larkspur@") });
  const test = `/api/feishu/bots/${through}/proxy/test`;
  expect(await admin.post(test, {})).toMatchObject({ ok: true });
  expect(await admin.post(test, { proxy: proxy.url })).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/407/),
  });
  const refused = await admin.call("POST", test, { proxy: "socks5://proxy:1080" });
  expect(refused.body).toMatchObject({ code: "invalid_input", errors: [{ path: "proxy" }] });
  expect(server.logs()).not.toContain("s3cret-of-proxy");
});

test("without it nothing is sent to the cloud, and the reason names the variable", async () => {
  const { cloud, direct, through, status } = await scene({});
  for (const [id, code] of [
    [direct, "connection.tls"],
    [through, "connection.tlsThrough"],
  ] as const) {
    const refused = await waitFor(async () => {
      const now = await status(id);
      return now.errorCode === code && now;
    }, code);
    expect(refused.error).toContain("NODE_EXTRA_CA_CERTS");
  }
  expect([...cloud.calls]).toEqual([]);
});

test("Larkspur does not run with the check of certificates switched off", async () => {
  const run = runStart({ NODE_TLS_REJECT_UNAUTHORIZED: "0", PORT: "0" });
  expect((await run.exited).code).toBe(1);
  expect(run.output()).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED=0 .*NODE_EXTRA_CA_CERTS/);
  expect(run.output()).not.toMatch(/\n\s+at /);
});
