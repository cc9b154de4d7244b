// What the browser tests share: a running Larkspur with an administrator, a page that is signed in, a cloud to connect to.
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { type SandboxCloud, startSandboxCloud } from "../../lib/sandbox/cloud";
import { type Server, startServer } from "../support/server";

export const ADMIN = { email: "lin@example.com", password: "a long enough password", name: "lin" };

type Fixtures = {
  /** Signed in as the administrator, with nothing else in the installation than what the file's tests made. */
  console: Page;
  /** A cloud of the test's own, outside the server. */
  cloud: SandboxCloud;
};

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

export const test = base.extend<Fixtures, { server: Server; session: Cookies }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
    async ({}, use) => {
      const env = { LARKSPUR_ADMIN_EMAIL: ADMIN.email, LARKSPUR_ADMIN_PASSWORD: ADMIN.password };
      const server = await startServer({ env });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  // Signing in is slow on purpose: once is enough for all that do not test it.
  session: [
    async ({ browser, server }, use) => {
      const page = await browser.newPage({ baseURL: server.url, locale: "en-US" });
      await signIn(page, ADMIN);
      await use(await page.context().cookies());
      await page.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  console: async ({ page, session }, use) => {
    await page.context().addCookies(session);
    await page.goto("/bots");
    await use(page);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
  cloud: async ({}, use) => {
    const cloud = await startSandboxCloud();
    await use(cloud);
    await cloud.stop();
  },
});

export { expect };

export async function signIn(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(({ pathname }) => pathname === "/");
}

/** Makes a bot through the API, as the person who is signed in on the page. Returns its id. */
export async function createBot(page: Page, bot: Record<string, unknown>): Promise<string> {
  return (await send<{ id: string }>(page, "/api/feishu/bots", bot)).id;
}

/** Posts from within the page, so that cookies and origin are the browser's own. */
export async function send<Answer>(page: Page, path: string, body?: unknown): Promise<Answer> {
  const { status, text } = await page.evaluate(
    async ([address, json]) => {
      const response = await fetch(address, {
        method: "POST",
        ...(json ? { headers: { "content-type": "application/json" }, body: json } : {}),
      });
      return { status: response.status, text: await response.text() };
    },
    [path, body === undefined ? "" : JSON.stringify(body)] as const,
  );
  if (status >= 400) throw new Error(`POST ${path} was answered with ${status}: ${text}`);
  return JSON.parse(text) as Answer;
}

/** Switches every bot off, so that the sentence on top of the overview is about the test's own. */
export async function switchAllOff(page: Page): Promise<void> {
  const { bots } = await page.evaluate(async () => (await fetch("/api/feishu/bots?limit=100")).json());
  for (const { id } of bots) await send(page, `/api/feishu/bots/${id}/ws/disconnect`);
}

/** A sandbox bot that is connected. */
export async function createSandboxBot(page: Page, name: string): Promise<string> {
  const id = await createBot(page, { name, domain: "sandbox", useWebSocket: true });
  await page.goto(`/bots/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("is connected");
  return id;
}

/** Says something in the chat of the sandbox that is open. */
export async function write(page: Page, text: string): Promise<void> {
  const message = page.getByLabel("Message", { exact: true });
  await message.fill(text);
  await message.press("Enter");
  await expect(message).toHaveValue("");
}

/** The row of a bot in the list. */
export const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

/** Keeps the answers of an address back until the returned function is called. */
export async function hold(page: Page, path: string, times?: number): Promise<() => void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route(
    ({ pathname }) => pathname === path,
    async (route) => {
      const response = await route.fetch();
      await opened;
      await route.fulfill({ response });
    },
    times === undefined ? {} : { times },
  );
  return () => open();
}
