// What a stranger may try, and what every answer carries, from outside.
import { execFile } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { shareInstallation } from "@/tests/support/api";
import { startServer } from "@/tests/support/server";

const installation = shareInstallation();

const PROJECT = path.resolve(import.meta.dirname, "../..");

test("a method that an address does not know is refused in the API's form", async () => {
  const { admin } = await installation();
  for (const [method, address] of [
    ["DELETE", "/api/feishu/bots"],
    ["POST", "/api/health"],
    ["PUT", "/api/auth/csrf"],
    ["GET", "/api/feishu/webhook/cli_0123456789abcdef"],
  ] as const) {
    const answer = await admin.call(method, address);
    expect(answer.status, address).toBe(405);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ status: 405, code: "method_not_allowed", success: false });
    expect(answer.body.detail).toContain(method);
  }
  const chinese = await admin.call("DELETE", "/api/feishu/bots", undefined, { "accept-language": "zh-CN" });
  expect(chinese.body.title).toBe("不支持的方法");
  const headOnly = await fetch(`${admin.url}/api/setup`, { method: "HEAD" });
  expect([headOnly.status, await headOnly.text()]).toEqual([405, ""]);
});

test("an address that is no text is refused, and a page of no such name is not found", async () => {
  const { admin } = await installation();
  for (const address of ["/api/feishu/bots/%E0%A4%A", "/bots/%zz", "/%"]) {
    const answer = await admin.call("GET", address);
    expect(answer.status, address).toBe(400);
    expect(answer.body).toMatchObject({ status: 400, code: "invalid_input", success: false });
  }
  expect((await admin.call("GET", "/%5cevil.example")).status).toBe(404);
  expect((await admin.call("GET", "/_next/image?url=/icon.svg&w=64&q=75")).status).toBe(404);
});

test("nobody frames a page, and no script runs in it that is not Larkspur's", async () => {
  const { admin } = await installation();
  const pages = [await admin.call("GET", "/sign-in"), await admin.call("GET", "/sign-in")];
  const nonces = pages.map(({ headers, text }) => {
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    const scripts = text.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
    return nonce;
  });
  expect(new Set(nonces).size).toBe(2);
  for (const address of ["/sign-in", "/api/health", "/api/feishu/bots", "/nowhere"]) {
    const { headers } = await admin.call("GET", address);
    expect(headers.get("x-content-type-options"), address).toBe("nosniff");
    expect(headers.get("x-frame-options"), address).toBe("DENY");
    expect(headers.get("referrer-policy"), address).toBe("same-origin");
  }
});

test("other users of the machine read neither the key nor the database", async () => {
  const server = await startServer();
  onTestFinished(async () => {
    await server.stop();
  });
  const [key, database] = ["secret", "pg"].map((name) => path.join(server.dataDir, name)) as [string, string];
  await server.kill("SIGTERM");
  await server.exited;
  await chmod(key, 0o644);
  await chmod(database, 0o755);
  const again = await server.restart();
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  expect((await stat(database)).mode & 0o777).toBe(0o700);
  await again.stop();
});

test("a stray rejection and an exception are written down and end nothing", async () => {
  const program = `
    import { outliveMishaps } from "./scripts/lib/mishaps.mjs";
    const seen = [];
    outliveMishaps((error, message) => {
      seen.push(message + ": " + error.message);
      if (seen.length === 2) console.log(JSON.stringify(seen));
    });
    setTimeout(() => { throw new Error("thrown"); });
    Promise.reject(new Error("rejected"));
  `;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { cwd: PROJECT });
  expect(JSON.parse((await run).stdout)).toEqual([
    "a rejection that nobody handled: rejected",
    "an exception that nobody caught: thrown",
  ]);
});
