// Set-up by the printed link, signing in and out as a browser does, and what a session may do.
import { expect, onTestFinished, test } from "vitest";
import { ADMIN, apiOf, shareInstallation, startInstallation } from "@/tests/support/api";
import { randomAppId } from "@/tests/support/app-ids";
import { Browser } from "@/tests/support/browser";
import { startServer } from "@/tests/support/server";

const installation = shareInstallation();

test("the printed link makes the first account, once, and it signs in", async () => {
  const server = await startServer();
  onTestFinished(async () => {
    await server.stop();
  });
  const token = new URL(server.setupLink ?? "").searchParams.get("token");
  const browser = new Browser(server.url);
  const person = { email: "Ann@Example.com", name: "Ann", password: "correct horse battery" };
  const forged = await browser.send("POST", "/api/setup", { ...person, token: "x".repeat(43) });
  expect(forged).toMatchObject({ status: 403, body: { code: "forbidden" } });
  const made = await browser.send("POST", "/api/setup", { ...person, token });
  expect(made).toMatchObject({ status: 201, body: { email: "ann@example.com", name: "Ann", role: "admin" } });
  expect(await browser.send("POST", "/api/setup", { ...person, token })).toMatchObject({ status: 409 });
  expect((await browser.signIn(person.email, person.password)).status).toBe(200);
  expect((await browser.send("GET", "/api/account")).body.id).toBe(made.body.id);
  const again = await server.restart();
  expect(again.logs()).toContain("Larkspur is ready on");
  expect(again.setupLink).toBeUndefined();
  expect((await browser.send("GET", "/api/account")).status).toBe(200);
  await again.stop();
});

test("signing in gives a session that reads, writes from our own pages only, and ends by signing out", async () => {
  const { server } = await installation();
  const browser = new Browser(server.url);
  expect((await browser.send("GET", "/api/account")).headers.get("www-authenticate")).toContain("Bearer");
  expect((await browser.signIn(ADMIN.email, "a wrong password")).status).toBe(401);
  expect((await browser.signIn("nobody@example.com", ADMIN.password)).status).toBe(401);
  const signedIn = await browser.signIn(ADMIN.email, ADMIN.password);
  expect(signedIn.status).toBe(200);
  expect(signedIn.setCookies.join()).toMatch(/larkspur\.session=[^;]+;[^,]*Path=\/;.*HttpOnly; SameSite=Lax/);
  expect(signedIn.setCookies.join()).not.toContain("Secure");
  expect((await browser.send("GET", "/api/account")).body).toMatchObject({ email: ADMIN.email, role: "admin" });
  expect((await browser.send("GET", "/api/auth/session")).body.user).toMatchObject({ email: ADMIN.email });

  expect((await browser.send("POST", "/api/tokens", { name: "CI" })).status).toBe(201);
  for (const origin of ["http://evil.example", "null", `${server.url}1`]) {
    const foreign = await browser.send("POST", "/api/tokens", { name: "CI" }, { origin });
    expect(foreign, origin).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
  const bad = await browser.send("GET", "/api/account", undefined, { authorization: "Bearer lks_unknown" });
  expect(bad).toMatchObject({ status: 401, body: { code: "unauthenticated" } });

  const copied = new Browser(server.url);
  for (const [name, value] of browser.cookies) copied.cookies.set(name, value);
  expect((await copied.send("GET", "/api/account")).status).toBe(200);
  expect((await browser.signOut()).status).toBe(200);
  expect((await browser.send("GET", "/api/account")).status).toBe(401);
  expect((await copied.send("GET", "/api/account")).status).toBe(401);
});

test("each browser is listed with its address, and can be signed out from another one", async () => {
  const { server, admin } = await startInstallation("pglite", { env: { LARKSPUR_TRUSTED_PROXIES: "127.0.0.0/8" } });
  const here = new Browser(server.url, { "x-forwarded-for": "6.6.6.6, 198.51.100.1", "user-agent": "Here/1" });
  const there = new Browser(server.url, { "x-forwarded-for": "198.51.100.2", "user-agent": "There/1" });
  for (const browser of [here, there]) await browser.signIn(ADMIN.email, ADMIN.password);
  const { sessions } = (await here.send("GET", "/api/account/sessions")).body;
  expect(sessions).toHaveLength(2);
  expect(sessions).toContainEqual(
    expect.objectContaining({ address: "198.51.100.1", userAgent: "Here/1", current: true }),
  );
  const other = sessions.find(({ current }: { current: boolean }) => !current);
  expect(other).toEqual({
    id: expect.any(String),
    address: "198.51.100.2",
    userAgent: "There/1",
    current: false,
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    lastSeenAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect((await here.send("DELETE", "/api/account/sessions/unknown")).status).toBe(404);
  expect((await here.send("DELETE", `/api/account/sessions/${other.id}`)).status).toBe(204);
  expect((await there.send("GET", "/api/account")).status).toBe(401);
  expect((await here.send("GET", "/api/account")).status).toBe(200);
  // A token sees them too, and none of them is its own.
  expect((await admin.get("/api/account/sessions")).sessions).toMatchObject([
    { address: "198.51.100.1", current: false },
  ]);
  const { entries } = await admin.get("/api/audit?subject=session");
  expect(entries.map(({ detail }: { detail: { address: string } }) => detail.address)).toEqual(
    expect.arrayContaining(["198.51.100.1", "198.51.100.2"]),
  );
});

test("behind a proxy that speaks https the cookie is a secure one, and nothing leads to other hosts", async () => {
  const { server } = await installation();
  const origin = "https://bots.example.com";
  const proxy = { "x-forwarded-proto": "https", "x-forwarded-host": "bots.example.com", origin };
  const browser = new Browser(server.url, proxy);
  const { status, body, setCookies } = await browser.signIn(ADMIN.email, ADMIN.password);
  expect(status).toBe(200);
  expect(new URL(body.url).origin).toBe(origin);
  expect(setCookies.join()).toMatch(/__Host-larkspur\.session=[^;]+;.*HttpOnly; Secure; SameSite=Lax/);
  expect((await browser.send("POST", "/api/tokens", { name: "CI" })).status).toBe(201);
  expect((await browser.send("POST", "/api/tokens", { name: "CI" }, { origin: server.url })).status).toBe(403);
  const answer = await browser.send("GET", "/api/account");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
  expect(answer.headers.get("cross-origin-opener-policy")).toBe("same-origin");
  // A cookie that http could have put there is none over https, nor the other way round.
  const session = browser.cookies.get("__Host-larkspur.session") ?? "";
  const plain = { cookie: `larkspur.session=${session}` };
  expect((await browser.send("GET", "/api/account", undefined, plain)).status).toBe(401);
  const insecure = await new Browser(server.url).send("GET", "/api/account", undefined, plain);
  expect(insecure.headers.has("strict-transport-security")).toBe(false);
  const elsewhere = await browser.send("GET", "/api/auth/signin?callbackUrl=https://evil.example/");
  expect(elsewhere.headers.get("location")).not.toContain("evil");
  const junk = await browser.send("GET", "/api/auth/csrf?callbackUrl=junk");
  expect(junk).toMatchObject({ status: 400, body: { code: "invalid_input" } });
});

test("behind two proxies the first one's host and protocol count", async () => {
  const { server } = await installation();
  const origin = "https://bots.example.com";
  const proxies = {
    "x-forwarded-proto": "https, http",
    "x-forwarded-host": "bots.example.com, inner.example:8080",
    origin,
  };
  const browser = new Browser(server.url, proxies);
  const { status, body, setCookies } = await browser.signIn(ADMIN.email, ADMIN.password);
  expect(status).toBe(200);
  expect(new URL(body.url).origin).toBe(origin);
  expect(setCookies.join()).toContain("__Host-larkspur.session=");
  expect((await browser.send("POST", "/api/tokens", { name: "CI" })).status).toBe(201);
});

test("behind a proxy that rewrites the host, the refusal of a save names the setting", async () => {
  const { server } = await installation();
  const browser = new Browser(server.url, { origin: "https://bots.example.com" });
  expect((await browser.signIn(ADMIN.email, ADMIN.password)).status).toBe(200);
  const refused = await browser.send("POST", "/api/tokens", { name: "CI" });
  expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(refused.body.detail).toContain("LARKSPUR_URL=https://bots.example.com");
});

test("guessing a password is slowed down by address, whatever it says of itself, and keeps no owner out", async () => {
  const { server } = await startInstallation();
  const owner = new Browser(server.url);
  expect((await owner.signIn(ADMIN.email, ADMIN.password)).setCookies.join()).toMatch(/larkspur\.device=.*HttpOnly/);
  await owner.signOut();
  const stranger = new Browser(server.url);
  for (let i = 0; i < 20; i++) {
    stranger.headers["x-forwarded-for"] = `203.0.113.${i}`;
    expect((await stranger.signIn(ADMIN.email, `guess ${i}`)).status).toBe(401);
  }
  const refused = await stranger.signIn(ADMIN.email, ADMIN.password);
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(server.logs()).toContain("LARKSPUR_TRUSTED_PROXIES");
  expect((await owner.signIn(ADMIN.email, ADMIN.password)).status).toBe(200);
});

test("a token's calls and refused webhook calls are limited by the minute, accepted ones never", async () => {
  const { server, admin } = await startInstallation();
  const { token } = await admin.post("/api/tokens", { name: "busy" });
  const busy = new Browser(server.url, { authorization: `Bearer ${token}` });
  const statuses = async (times: number, call: () => Promise<{ status: number }>) => {
    const answers = await Promise.all(Array.from({ length: times }, call));
    return answers.map(({ status }) => status).toSorted((a, b) => a - b);
  };
  const own = await statuses(610, () => busy.send("GET", "/api/account"));
  expect(own.filter((status) => status === 200)).toHaveLength(600);
  expect(own.filter((status) => status === 429)).toHaveLength(10);
  expect((await busy.send("GET", "/api/account")).headers.get("retry-after")).toMatch(/^\d+$/);
  expect((await admin.call("GET", "/api/account")).status).toBe(200);

  const bot = { name: "Hook", appId: randomAppId(), appSecret: "secret", verificationToken: "right" };
  await admin.post("/api/feishu/bots", bot);
  const push = (given: string) =>
    new Browser(server.url).send("POST", `/api/feishu/webhook/${bot.appId}`, {
      type: "url_verification",
      token: given,
      challenge: "x",
    });
  const pushed = await statuses(610, () => push("wrong"));
  expect(pushed.filter((status) => status === 403)).toHaveLength(600);
  expect(pushed.filter((status) => status === 429)).toHaveLength(10);
  expect((await push("right")).status).toBe(200);
});

test("a new password signs out everywhere else at once, and ends API tokens where that is wished", async () => {
  const { server } = await startInstallation();
  const [here, there] = [new Browser(server.url), new Browser(server.url)];
  for (const browser of [here, there]) await browser.signIn(ADMIN.email, ADMIN.password);
  const { token } = (await here.send("POST", "/api/tokens", { name: "CI" })).body;
  const change = { password: "a new password", currentPassword: "not the old one", revokeTokens: true };
  expect((await here.send("PATCH", "/api/account", change)).status).toBe(403);
  expect((await there.send("GET", "/api/account")).status).toBe(200);
  const { id } = (await here.send("GET", "/api/account")).body;
  const bare = await here.send("PATCH", `/api/users/${id}`, { password: "a new password" });
  expect(bare).toMatchObject({ status: 400, body: { errors: [{ path: "currentPassword" }] } });
  const changed = await here.send("PATCH", "/api/account", { ...change, currentPassword: ADMIN.password });
  expect(changed.status).toBe(200);
  expect((await here.send("GET", "/api/account")).status).toBe(200);
  expect((await there.send("GET", "/api/account")).status).toBe(401);
  expect((await there.send("GET", "/api/auth/session")).body).toEqual({});
  expect((await apiOf(server.url, token).call("GET", "/api/account")).status).toBe(401);
  expect((await there.signIn(ADMIN.email, ADMIN.password)).status).toBe(401);
  expect((await there.signIn(ADMIN.email, "a new password")).status).toBe(200);
});
