import { chmod, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Run } from "../support/server";
import { freshFolder, lockWith } from "./fresh-folder";

const CI = "npm ci --include=dev --no-audit --no-fund --no-progress";
const INSTALL = "npm install --no-save --include=dev --no-audit --no-fund --no-progress";
const BUILD = "next build NODE_ENV=production";

const untilOutput = (run: Run, text: string) =>
  vi.waitFor(() => expect(run.output()).toContain(text), { timeout: 20_000, interval: 20 });

async function serveOnce(run: Run): Promise<string> {
  await untilOutput(run, "/setup?token=1");
  run.child.kill("SIGTERM");
  expect(await run.exited).toEqual({ code: 0, signal: null });
  return run.output();
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("start on a fresh folder", () => {
  test("installs, builds, serves, and prints the address and the set-up link last", async () => {
    const folder = await freshFolder();
    const run = await folder.start();
    await untilOutput(run, "/setup?token=1");
    const lines = run.output().trimEnd().split("\n");
    expect(lines.at(-2)).toMatch(/^Larkspur is ready on http:\/\/localhost:\d+$/);
    expect(lines.at(-1)).toBe("Create the first account: http://localhost/setup?token=1");
    expect(await folder.calls()).toEqual([CI, BUILD]);
    expect(await serveOnce(run)).toContain("stopped the runtime");
  });

  test("does none of it a second time", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start());
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD]);
  });

  test("installs the development dependencies too when NODE_ENV is production", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start({ NODE_ENV: "production" }));
    expect((await folder.calls())[0]).toContain("--include=dev");
  });

  test("builds again after a change of the sources, and only then", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start());
    await folder.write("app/page.tsx", "export default () => 1;");
    await serveOnce(await folder.start());
    await folder.write("README.md", "no source");
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD, BUILD]);
  });

  test("installs and builds again after a change of the lock file", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start());
    await folder.write("package-lock.json", lockWith("1.0.1"));
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD, CI, BUILD]);
  });

  test("leaves dependencies alone that somebody has installed with npm", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start());
    await rm(path.join(folder.path, "node_modules", ".larkspur-stamp"));
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD]);
  });

  test("takes what npm has installed since as it is, without installing it again", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start());
    await folder.write("package-lock.json", lockWith("1.0.1"));
    await folder.write("node_modules/.package-lock.json", lockWith("1.0.1"));
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD, BUILD]);
  });

  test("survives a lock file that npm ci refuses", async () => {
    const folder = await freshFolder();
    await serveOnce(await folder.start({ NPM_CI: "lock" }));
    expect(await folder.calls()).toEqual([CI, INSTALL, BUILD]);
    expect(await readFile(path.join(folder.path, "package-lock.json"), "utf8")).toBe(lockWith("1.0.0"));
  });

  // npm ci empties the folder behind a link before it fails or fills it: once it emptied that of another copy.
  test.each(["node_modules", ".next"])(
    "installs and builds nothing through a link in the place of %s",
    async (name) => {
      const folder = await freshFolder();
      if (name === ".next") await serveOnce(await folder.start());
      const before = await folder.calls();
      await folder.write("elsewhere/keep.txt", "somebody else's");
      await rm(path.join(folder.path, name), { recursive: true, force: true });
      await symlink(path.join(folder.path, "elsewhere"), path.join(folder.path, name));
      const run = await folder.start();
      expect((await run.exited).code).toBe(1);
      expect(run.output().trimEnd().split("\n")).toEqual([expect.stringContaining(`${name} is a symbolic link`)]);
      expect(await folder.calls()).toEqual(before);
      expect(await readFile(path.join(folder.path, "elsewhere", "keep.txt"), "utf8")).toBe("somebody else's");
    },
  );

  test("says in the end what to do when the registry cannot be reached", async () => {
    const folder = await freshFolder();
    const run = await folder.start({ NPM_CI: "offline" });
    expect((await run.exited).code).toBe(1);
    expect(run.output()).toContain("ENOTFOUND");
    expect(run.output().trimEnd().split("\n").at(-1)).toContain("Check the connection to the npm registry");
    expect(await folder.calls()).toEqual([CI]);
  });

  test("shows why the build failed, and builds again at the next start", async () => {
    const folder = await freshFolder();
    const run = await folder.start({ BUILD: "broken" });
    expect((await run.exited).code).toBe(1);
    expect(run.output()).toContain("Type error in app/page.tsx");
    await serveOnce(await folder.start());
    expect(await folder.calls()).toEqual([CI, BUILD, BUILD]);
  });

  test("ends with the runtime's own line when that cannot start", async () => {
    const folder = await freshFolder();
    const run = await folder.start({ RUNTIME: "broken" });
    expect((await run.exited).code).toBe(1);
    expect(run.output().trimEnd().split("\n").at(-1)).toBe("The database said no.");
    expect(run.output()).not.toContain("ready on");
  });

  test("two starts at once install and build once", async () => {
    const folder = await freshFolder();
    const runs = await Promise.all([folder.start({ NPM_MS: "500" }), folder.start({ NPM_MS: "500" })]);
    await Promise.all(runs.map(serveOnce));
    expect(await folder.calls()).toEqual([CI, BUILD]);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s during the installation ends npm too", async (signal) => {
    const folder = await freshFolder();
    const run = await folder.start({ NPM_CI: "hang" });
    const pidFile = path.join(folder.path, "npm.pid");
    // The file is there a moment before the number is in it.
    const npm = await vi.waitFor(
      async () => {
        const pid = Number(await readFile(pidFile, "utf8"));
        expect(pid).toBeGreaterThan(0);
        return pid;
      },
      { timeout: 20_000, interval: 20 },
    );
    run.child.kill(signal);
    expect(await run.exited).toEqual({ code: 0, signal: null });
    expect(isAlive(npm)).toBe(false);
  });

  test("names the folder when it may not write there", async () => {
    const folder = await freshFolder();
    await chmod(folder.path, 0o555);
    // Root may write everywhere, so as root the start goes on as somebody else.
    await chmod(path.join(folder.path, "scripts"), 0o755);
    const drop = path.join(folder.path, "scripts", "drop-rights.cjs");
    await folder.write("scripts/drop-rights.cjs", "if (process.getuid() === 0) process.setuid(65534);");
    const run = await folder.start({ NODE_OPTIONS: `--require "${drop}"` });
    expect((await run.exited).code).toBe(1);
    expect(run.output().trimEnd().split("\n")).toEqual([expect.stringContaining(`cannot write to ${folder.path}`)]);
    await chmod(folder.path, 0o755);
  });
});

describe("start on an old Node.js", () => {
  test.each(["18.20.4", "20.18.3"])("refuses %s with one line", async (version) => {
    const folder = await freshFolder();
    const fake = path.join(folder.path, "old-node.cjs");
    const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
    await folder.write("old-node.cjs", versions);
    const run = await folder.start({ NODE_OPTIONS: `--require "${fake}"` });
    expect((await run.exited).code).toBe(1);
    expect(run.output().trimEnd().split("\n")).toEqual([
      expect.stringMatching(new RegExp(`requires Node\\.js 20\\.19 or later; this is ${version}\\. Install`)),
    ]);
    expect(await folder.calls()).toEqual([]);
  });
});
