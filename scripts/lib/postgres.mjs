// A PostgreSQL server for one run of the tests, in a temporary folder, gone with the process that started it.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { claimAddress } from "./address.mjs";
import { findPostgres } from "./postgres-binaries.mjs";
import { isRoot } from "./programs.mjs";
import { CommandError } from "./project.mjs";

const GUARD = fileURLToPath(new URL("./postgres-guard.mjs", import.meta.url));
const START_LIMIT_MS = 30_000;

/** Resolves to `{ url, stop }`; `url` is a superuser's. */
export async function startPostgres(signal) {
  const binaries = await findPostgres(signal);
  const owner = isRoot ? findUser("postgres", "nobody") : undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "larkspur-postgres-"));
  const password = randomBytes(16).toString("hex");
  try {
    initialize({ binaries, folder, owner, password });
    const { port } = await claimAddress({ host: "127.0.0.1", port: 0 });
    const guard = run({ binaries, folder, owner, port });
    await waitForPort(port, guard);
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      stop: () => endGuard(guard),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

// PostgreSQL refuses to run as root.
function findUser(...names) {
  for (const name of names) {
    const ids = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout || NaN));
    if (ids.every(Number.isInteger)) return { uid: ids[0], gid: ids[1] };
  }
  throw new CommandError("PostgreSQL does not run as root, and this machine has neither a postgres nor a nobody user.");
}

function initialize({ binaries, folder, owner, password }) {
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) for (const file of [folder, passwordFile]) chownSync(file, owner.uid, owner.gid);
  const data = path.join(folder, "data");
  const args = ["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "--no-sync"];
  const program = path.join(binaries, "initdb");
  const result = spawnSync(program, [...args, `--pwfile=${passwordFile}`], { cwd: folder, encoding: "utf8", ...owner });
  if (result.status !== 0)
    throw new CommandError(`initdb failed: ${(result.stderr || result.error?.message || "").trim()}`);
}

function run({ binaries, folder, owner, port }) {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 400,
    fsync: "off",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [path.join(binaries, "postgres"), "-D", path.join(folder, "data"), ...flags];
  const identity = owner ? `${owner.uid}:${owner.gid}` : "";
  return spawn(process.execPath, [GUARD, folder, identity, ...command], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
}

async function waitForPort(port, guard) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && guard.exitCode === null) {
    if (await accepts(port)) return;
    await pause(50);
  }
  await endGuard(guard);
  throw new CommandError("The PostgreSQL server for the tests did not start.");
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true) ?? socket.destroy());
    socket.once("error", () => resolve(false));
  });

function endGuard(guard) {
  if (guard.exitCode !== null || guard.signalCode !== null) return Promise.resolve();
  const gone = new Promise((resolve) => guard.once("exit", resolve));
  guard.stdin.end();
  return gone;
}
