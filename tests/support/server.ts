// Starts the built application as a person does, on a free port with a fresh data folder, and ends it again.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const POLL_MS = 50;
const READY_LIMIT_MS = 50_000; // below the tests' own limit, so that its error tells what the server said

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type ServerOptions = {
  env?: Record<string, string>;
  /** Kept when given; otherwise a fresh folder that `stop` removes. */
  dataDir?: string;
  port?: number;
  /** Another copy of the project to start. */
  folder?: string;
  /** Through `npm start` instead of the script itself. */
  npm?: boolean;
};

export type Server = {
  url: string;
  port: number;
  dataDir: string;
  env: Record<string, string>;
  /** The process that was started: the server itself, or npm. */
  pid: number;
  exited: Promise<Exit>;
  /** Everything that it printed up to now. */
  logs(): string;
  /** The one-time link that it printed last, while there was no account. */
  readonly setupLink: string | undefined;
  /** Sends a signal to the started process, or to its whole group. */
  kill(signal?: NodeJS.Signals, target?: "process" | "group"): void;
  /** SIGTERM, then waits until the process is gone. Safe to call twice. */
  stop(): Promise<Exit>;
  /** Stops it if it runs, and starts it with the same data, port and environment. */
  restart(env?: Record<string, string>): Promise<Server>;
};

/** A run that may fail before it serves. */
export type Run = { child: ChildProcess; pid: number; exited: Promise<Exit>; output(): string };

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), "larkspur-test-")));
  if (options.dataDir === undefined && !options.env?.DATABASE_URL)
    await cp(await emptyDatabase(), dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const env = { ...options.env, PORT: String(port), LARKSPUR_HOST: "127.0.0.1", LARKSPUR_DATA_DIR: dataDir };
  const run = runStart(env, options);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(run, url);
  const isOwnFolder = options.dataDir === undefined;
  const end = async () => {
    if (running.has(run.child)) run.child.kill("SIGTERM");
    return run.exited;
  };
  return {
    url,
    port,
    dataDir,
    env,
    pid: run.pid,
    exited: run.exited,
    logs: run.output,
    get setupLink() {
      return /Larkspur is ready on .*\n(?:[\s\S]*?)(https?:\/\/\S*setup\S*)/.exec(run.output())?.[1];
    },
    kill: (signal = "SIGKILL", target = "process") =>
      target === "group" ? signalGroup(run.child, signal) : void run.child.kill(signal),
    async stop() {
      const exit = await end();
      if (isOwnFolder) await rm(dataDir, { recursive: true, force: true });
      return exit;
    },
    async restart(more = {}) {
      await end();
      const next = await startServer({ ...options, env: { ...options.env, ...more }, dataDir, port });
      return isOwnFolder ? removingFolder(next) : next;
    },
  };
}

/**
 * A data folder with what the first start would make in it, made once a machine: it takes seconds. A test of the very
 * first start gives an empty folder of its own.
 */
async function emptyDatabase(): Promise<string> {
  const require = createRequire(import.meta.url);
  const version = createHash("sha256").update(await readFile(require.resolve("@electric-sql/pglite")));
  const folder = path.join(tmpdir(), `larkspur-tests-${version.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const beside = await mkdtemp(`${folder}-`);
  const script = path.join(PROJECT, "scripts", "init-database.mjs");
  await promisify(execFile)(process.execPath, [script, path.join(beside, "pg")]);
  // Another test file may have been quicker.
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
  return folder;
}

function removingFolder(server: Server): Server {
  const { stop } = server;
  return Object.defineProperty(server, "stop", {
    value: async () => {
      const exit = await stop();
      await rm(server.dataDir, { recursive: true, force: true });
      return exit;
    },
  });
}

/** Runs the start command with nothing of this process's own settings but `env`. */
export function runStart(env: Record<string, string>, options: Pick<ServerOptions, "folder" | "npm"> = {}): Run {
  const folder = options.folder ?? PROJECT;
  const [command, args] = options.npm
    ? ["npm", ["start"]]
    : [process.execPath, [path.join(folder, "scripts", "start.mjs")]];
  const child = spawn(command, args, {
    cwd: folder,
    // As below npm: the server ends by itself should this process be killed.
    env: { ...cleanEnvironment(), npm_lifecycle_event: "start", ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, pid: child.pid ?? 0, exited, output: () => output };
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^(LARKSPUR_|npm_|DATABASE_URL$|PORT$|NODE_ENV$|NODE_OPTIONS$|VITEST)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name))) as NodeJS.ProcessEnv;
}

async function waitUntilReady(run: Run, url: string): Promise<void> {
  let exit: Exit | undefined;
  run.exited.then((value) => {
    exit = value;
  });
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!exit && Date.now() < deadline) {
    if (run.output().includes("Larkspur is ready on") && (await answersReady(url))) return;
    await pause(POLL_MS);
  }
  signalGroup(run.child, "SIGKILL");
  const what = exit ? `ended (${exit.code ?? exit.signal}) before it was ready` : "did not become ready";
  throw new Error(`The server ${what}:\n${run.output()}`);
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
