// Set-up by the printed link, signing in and out as a browser does, and what a session may do.
import { expect, onTestFinished, test } from "vitest";
import { ADMIN, startInstallation } from "@/tests/support/api";
import { startServer } from "@/tests/support/server";

/** Keeps cookies and sends the `Origin` of the page that it is on, as browsers do. */
class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  async send(method: string, path: string, body?: URLSearchParams | object, headers: Record<string, string> = {}) {
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(method === "GET" ? {} : { origin: this.url }),
        ...(body && !isForm ? { "content-type": "application/json" } : {}),
        ...this.headers,
        ...headers,
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
    const setCookies = response.headers.getSetCookie();
    for (const cookie of setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      setCookies,
      body: text ? JSON.parse(text) : undefined,
    };
  }

  async #form(path: string, fields: Record<string, string>) {
    const { body } = await this.send("GET", "/api/auth/csrf");
    return this.send("POST", path, new URLSearchParams({ csrfToken: body.csrfToken, json: "true", ...fields }));
  }

  signIn = (email: string, password: string) => this.#form("/api/auth/callback/credentials", { email, password });
  signOut = () => this.#form("/api/auth/signout", {});
}

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
  const { server } = await startInstallation();
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

  expect((await browser.signOut()).status).toBe(200);
  expect((await browser.send("GET", "/api/account")).status).toBe(401);
});

test("behind a proxy that speaks https the cookie is a secure one, and nothing leads to other hosts", async () => {
  const { server } = await startInstallation();
  const origin = "https://bots.example.com";
  const proxy = { "x-forwarded-proto": "https", "x-forwarded-host": "bots.example.com", origin };
  const browser = new Browser(server.url, proxy);
  const { status, body, setCookies } = await browser.signIn(ADMIN.email, ADMIN.password);
  expect(status).toBe(200);
  expect(new URL(body.url).origin).toBe(origin);
  expect(setCookies.join()).toMatch(/__Secure-larkspur\.session=[^;]+;.*HttpOnly; Secure; SameSite=Lax/);
  expect((await browser.send("POST", "/api/tokens", { name: "CI" })).status).toBe(201);
  expect((await browser.send("POST", "/api/tokens", { name: "CI" }, { origin: server.url })).status).toBe(403);
  const elsewhere = await browser.send("GET", "/api/auth/signin?callbackUrl=https://evil.example/");
  expect(elsewhere.headers.get("location")).not.toContain("evil");
  const junk = await browser.send("GET", "/api/auth/csrf?callbackUrl=junk");
  expect(junk).toMatchObject({ status: 400, body: { code: "invalid_input" } });
});

test("behind two proxies the first one's host and protocol count", async () => {
  const { server } = await startInstallation();
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
  expect(setCookies.join()).toContain("__Secure-larkspur.session=");
  expect((await browser.send("POST", "/api/tokens", { name: "CI" })).status).toBe(201);
});

test("behind a proxy that rewrites the host, the refusal of a save names the setting", async () => {
  const { server } = await startInstallation();
  const browser = new Browser(server.url, { origin: "https://bots.example.com" });
  expect((await browser.signIn(ADMIN.email, ADMIN.password)).status).toBe(200);
  const refused = await browser.send("POST", "/api/tokens", { name: "CI" });
  expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(refused.body.detail).toContain("LARKSPUR_URL=https://bots.example.com");
});

test("guessing a password is slowed down, with the time to wait", async () => {
  const { server } = await startInstallation();
  const browser = new Browser(server.url);
  for (let i = 0; i < 5; i++) expect((await browser.signIn(ADMIN.email, `guess ${i}`)).status).toBe(401);
  const refused = await browser.signIn(ADMIN.email, ADMIN.password);
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
});

test("a new password signs out at once, everywhere", async () => {
  const { server } = await startInstallation();
  const [here, there] = [new Browser(server.url), new Browser(server.url)];
  for (const browser of [here, there]) await browser.signIn(ADMIN.email, ADMIN.password);
  const change = { password: "a new password", currentPassword: "not the old one" };
  expect((await here.send("PATCH", "/api/account", change)).status).toBe(403);
  expect((await there.send("GET", "/api/account")).status).toBe(200);
  const changed = await here.send("PATCH", "/api/account", { ...change, currentPassword: ADMIN.password });
  expect(changed.status).toBe(200);
  for (const browser of [here, there]) {
    expect((await browser.send("GET", "/api/account")).status).toBe(401);
    expect((await browser.send("GET", "/api/auth/session")).body).toEqual({});
  }
  expect((await here.signIn(ADMIN.email, ADMIN.password)).status).toBe(401);
  expect((await here.signIn(ADMIN.email, "a new password")).status).toBe(200);
});
