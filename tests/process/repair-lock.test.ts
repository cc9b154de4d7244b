import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type FreshFolder, freshFolder } from "./fresh-folder";

const run = promisify(execFile);

async function repair(folder: FreshFolder, packages: Record<string, unknown>) {
  await folder.write("package-lock.json", JSON.stringify({ name: "larkspur", lockfileVersion: 3, packages }));
  const { stdout } = await run(process.execPath, ["scripts/repair-lock.mjs"], { cwd: folder.path });
  const text = await readFile(path.join(folder.path, "package-lock.json"), "utf8");
  return { stdout, text, packages: JSON.parse(text).packages as Record<string, unknown> };
}

describe("repair-lock", () => {
  test("adds the platform packages that the lock lacks, with what their names say", async () => {
    const optionalDependencies = {
      "@tool/linux-x64-musl": "1.2.3",
      "@tool/linux-arm-gnueabihf": "1.2.3",
      "@tool/linuxmusl-arm64": "1.2.3",
      "@tool/win32-ia32-msvc": "1.2.3",
      "@tool/darwin-universal": "1.2.3",
      "@tool/wasm32-wasi": "1.2.3",
    };
    const lock = await repair(await freshFolder(), {
      "": { name: "larkspur" },
      "node_modules/tool": { version: "1.2.3", dev: true, optionalDependencies },
    });
    const added = { version: "1.2.3", dev: true, optional: true };
    expect(lock.packages).toMatchObject({
      "node_modules/@tool/linux-x64-musl": { ...added, os: ["linux"], cpu: ["x64"], libc: ["musl"] },
      "node_modules/@tool/linux-arm-gnueabihf": { ...added, os: ["linux"], cpu: ["arm"] },
      "node_modules/@tool/linuxmusl-arm64": { ...added, os: ["linux"], cpu: ["arm64"], libc: ["musl"] },
      "node_modules/@tool/win32-ia32-msvc": { ...added, os: ["win32"], cpu: ["ia32"] },
      "node_modules/@tool/darwin-universal": { ...added, os: ["darwin"] },
      "node_modules/@tool/wasm32-wasi": { ...added, cpu: ["wasm32"] },
    });
    expect(lock.packages["node_modules/@tool/linux-arm-gnueabihf"]).not.toHaveProperty("libc");
  });

  test("finds the ones that are there, nested ones too, and changes nothing more", async () => {
    const complete = {
      "": { name: "larkspur" },
      "node_modules/@tool/linux-x64": { version: "1.0.0", os: ["linux"], optional: true },
      "node_modules/tool": { version: "1.0.0", optionalDependencies: { "@tool/linux-x64": "1.0.0" } },
      "node_modules/user": { version: "1.0.0" },
      "node_modules/user/node_modules/@tool/linux-x64": { version: "2.0.0", os: ["linux"], optional: true },
      "node_modules/user/node_modules/tool": { version: "2.0.0", optionalDependencies: { "@tool/linux-x64": "2.0.0" } },
    };
    const lock = await repair(await freshFolder(), complete);
    expect(lock.packages).toEqual(complete);
    expect(lock.stdout).toBe("The lock file is complete.\n");
  });

  test("takes out where packages were downloaded from", async () => {
    const lock = await repair(await freshFolder(), {
      "": { name: "larkspur" },
      "node_modules/tool": {
        version: "1.0.0",
        resolved: "https://mirror.example/tool-1.0.0.tgz",
        integrity: "sha512-x",
      },
    });
    expect(lock.text).not.toContain("mirror.example");
    expect(lock.packages["node_modules/tool"]).toEqual({ version: "1.0.0", integrity: "sha512-x" });
  });
});

test("the lock file of this project is complete, proves each package and names no registry", async () => {
  const folder = await freshFolder();
  const text = await readFile(path.join(import.meta.dirname, "../../package-lock.json"), "utf8");
  const lock = await repair(folder, JSON.parse(text).packages);
  expect(lock.stdout).toBe("The lock file is complete.\n");
  expect(text).not.toContain('"resolved"');
  const packages: [string, { integrity?: string; inBundle?: boolean }][] = Object.entries(JSON.parse(text).packages);
  const unproven = packages.filter(
    ([place, one]) => place !== "" && !one.inBundle && !one.integrity?.startsWith("sha512-"),
  );
  expect(unproven.map(([place]) => place)).toEqual([]);
});
