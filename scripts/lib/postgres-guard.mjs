// Runs a PostgreSQL server for as long as its own standard input is open. The end of the process that holds the other
// side closes it, however that ends; so no server and no folder stays behind.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const [folder, identity, program, ...args] = process.argv.slice(2);
const [uid, gid] = identity.split(":").map(Number);
const server = spawn(program, args, { cwd: folder, stdio: "ignore", ...(identity ? { uid, gid } : {}) });

server.once("error", () => finish(1));
server.once("exit", (code) => finish(code ?? 1));
// SIGINT is PostgreSQL's "fast shutdown".
process.stdin.resume().once("close", () => server.kill("SIGINT"));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill("SIGINT"));

function finish(code) {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
