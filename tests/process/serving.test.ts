import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freshPostgres } from "../support/databases";
import { startTransactionPooler } from "../support/pooler";
import { freePort, runStart, type Server, type ServerOptions, startServer } from "../support/server";

const TOKEN = "lks_0123456789abcdef0123456789abcdef01234567";
const ADMIN = {
  LARKSPUR_ADMIN_EMAIL: "admin@example.com",
  LARKSPUR_ADMIN_PASSWORD: "correct horse battery",
  LARKSPUR_API_TOKEN: TOKEN,
};

// The embedded database takes seconds to be made; most of these tests only need one that is there.
let preparedFolder: string;

beforeAll(async () => {
  preparedFolder = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  const server = await startServer({ env: ADMIN, dataDir: preparedFolder });
  await server.stop();
});

afterAll(() => rm(preparedFolder, { recursive: true, force: true }));

/** A server that has its administrator already. */
async function servingAgain(options: ServerOptions = {}): Promise<Server> {
  const dataDir = await emptyFolder();
  await cp(preparedFolder, dataDir, { recursive: true });
  return serving({ env: ADMIN, dataDir, ...options });
}

async function serving(options: ServerOptions = {}): Promise<Server> {
  const server = await startServer(options);
  onTestFinished(async () => {
    server.kill("SIGKILL", "group");
    await server.stop();
  });
  return server;
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines that a start prints which cannot succeed; log entries are not meant for the person who started it. */
async function failingStart(env: Record<string, string>): Promise<string[]> {
  const run = runStart({
    PORT: String(await freePort()),
    LARKSPUR_HOST: "127.0.0.1",
    LARKSPUR_DATA_DIR: await emptyFolder(),
    ...env,
  });
  const exit = await run.exited;
  expect(exit, run.output()).toEqual({ code: 1, signal: null });
  return run.output().trimEnd().split("\n");
}

/** A server on a port that somebody else wants. */
async function occupiedPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** Resolves when the stream has begun; its end is reported by `ended`. */
async function openStream(server: Server) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(`${server.url}/api/feishu/stream`, { headers });
  expect(response.status).toBe(200);
  const ended = response.text().then(
    () => true,
    () => true,
  );
  return { ended };
}

describe("the start of the built application", () => {
  test("prints the address and, while there is no account, the set-up link last", async () => {
    const server = await serving();
    const lines = server.logs().trimEnd().split("\n");
    expect(lines).toContain(`Larkspur is ready on ${server.url}`);
    expect(lines.at(-1)).toContain(server.setupLink);
    expect(server.setupLink).toMatch(new RegExp(`^${server.url}/`));
    expect(server.logs()).not.toMatch(/Installing|Building/);
  });

  test("prints no set-up link when the first account comes from the environment", async () => {
    const server = await serving({ env: ADMIN });
    expect(server.setupLink).toBeUndefined();
    expect(server.logs().trimEnd().split("\n").at(-1)).toBe(`Larkspur is ready on ${server.url}`);
  });

  test("comes back with the same data on the same port", async () => {
    const server = await servingAgain();
    const again = await server.restart();
    onTestFinished(() => again.stop().then(() => undefined));
    const response = await fetch(`${again.url}/api/feishu/bots`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(response.status).toBe(200);
    expect(again.url).toBe(server.url);
  });
});

describe("a start that cannot succeed", () => {
  test("says which port is in use", async () => {
    const port = await occupiedPort();
    expect(await failingStart({ PORT: String(port) })).toEqual([
      expect.stringMatching(new RegExp(`^Port ${port} is in use .*PORT=`)),
    ]);
  });

  test.each(["abc", "70000", "-1"])("says that PORT=%s is no port number", async (port) => {
    expect(await failingStart({ PORT: port })).toEqual([expect.stringContaining(`PORT is "${port}"`)]);
  });

  test("says that an address is not this machine's", async () => {
    expect(await failingStart({ LARKSPUR_HOST: "192.0.2.1" })).toEqual([
      expect.stringContaining('LARKSPUR_HOST is "192.0.2.1"'),
    ]);
  });

  test("says that another process has the data folder open, and leaves that one alone", async () => {
    const server = await servingAgain();
    expect(await failingStart({ LARKSPUR_DATA_DIR: server.dataDir })).toEqual([
      expect.stringContaining(server.dataDir),
    ]);
    expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
  });

  test("says that the data folder cannot be made", async () => {
    expect(await failingStart({ LARKSPUR_DATA_DIR: "/dev/null/data" })).toEqual([
      expect.stringContaining("/dev/null/data"),
    ]);
  });

  test("asks for LARKSPUR_SECRET beside DATABASE_URL", async () => {
    expect(await failingStart({ DATABASE_URL: "postgres://larkspur@127.0.0.1:1/larkspur" })).toEqual([
      expect.stringContaining("LARKSPUR_SECRET"),
    ]);
  });

  test("says that no PostgreSQL answers, without its password", async () => {
    const lines = await failingStart({
      DATABASE_URL: "postgres://larkspur:hunter2@127.0.0.1:1/larkspur",
      LARKSPUR_SECRET: "a secret of more than enough characters",
    });
    expect(lines).toEqual([expect.stringMatching(/DATABASE_URL|PostgreSQL/)]);
    expect(lines.join()).not.toContain("hunter2");
  });

  test("says that a pooler in transaction mode is of no use", async () => {
    const pooler = await startTransactionPooler((await freshPostgres()).url, "last");
    expect(await failingStart({ DATABASE_URL: pooler.url, LARKSPUR_SECRET: "0123456789abcdef" })).toEqual([
      expect.stringMatching(/^DATABASE_URL: .* pooler in transaction mode/),
    ]);
  });

  test("says that DATABASE_URL is no address of a PostgreSQL", async () => {
    expect(await failingStart({ DATABASE_URL: "mysql://127.0.0.1/x", LARKSPUR_SECRET: "0123456789abcdef" })).toEqual([
      expect.stringContaining("DATABASE_URL"),
    ]);
  });
});

describe("stopping", () => {
  const ways = (["SIGTERM", "SIGINT"] as const).flatMap((signal) =>
    (["server", "npm", "group"] as const).map((target) => ({ signal, target })),
  );

  test.each(ways)("$signal to $target ends it cleanly with an event stream open", async ({ signal, target }) => {
    const server = await servingAgain({ npm: target !== "server" });
    const stream = await openStream(server);
    server.kill(signal, target === "group" ? "group" : "process");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(await stream.ended).toBe(true);
    await expect(fetch(`${server.url}/api/health`)).rejects.toThrow();
  });

  test("the same signal again and again changes nothing", async () => {
    const server = await servingAgain();
    const insist = setInterval(() => server.kill("SIGINT", "group"), 10);
    onTestFinished(() => clearInterval(insist));
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test("a signal while it is starting ends it", async () => {
    const run = runStart({ PORT: String(await freePort()), LARKSPUR_DATA_DIR: await emptyFolder() });
    await new Promise((resolve) => run.child.stdout?.once("data", resolve));
    run.child.kill("SIGTERM");
    expect(await run.exited).toEqual({ code: 0, signal: null });
  });

  test("a killed npm leaves no server behind", async () => {
    const server = await servingAgain({ npm: true });
    server.kill("SIGKILL");
    // The server's end of the pipe closes only with the server.
    await server.exited;
    await expect(fetch(`${server.url}/api/health`)).rejects.toThrow();
  });
});
