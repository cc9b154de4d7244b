import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../support/server";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const LINKED = ["node_modules", ".next"];
const LEFT_OUT = [...LINKED, ".git", ".data", "tests", "test-results", "docs"];

/** The project elsewhere, with the same dependencies and build, in a folder that is only its owner's. */
async function copyTo(name: string): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const folder = path.join(parent, name);
  await mkdir(folder);
  for (const entry of await readdir(PROJECT)) {
    if (!LEFT_OUT.includes(entry)) await cp(path.join(PROJECT, entry), path.join(folder, entry), { recursive: true });
  }
  for (const entry of LINKED) await symlink(path.join(PROJECT, entry), path.join(folder, entry));
  await chmod(folder, 0o700);
  return folder;
}

test.each(["with a space", "Größe 云雀 (1)"])(
  "starts in a private folder named %j without installing or building",
  async (name) => {
    const server = await startServer({ folder: await copyTo(name) });
    expect(server.logs()).not.toMatch(/Installing|Building/);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  },
);
