import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { getRuntime, runtimeLogger } from "@/lib/runtime";

const holder = () => (globalThis as Record<symbol, { stop(): Promise<void> } | undefined>)[Symbol.for("larkspur")];

test("a start that failed is tried anew by the next request, and nothing of the first is left", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  const dataDir = path.join(parent, "data");
  onTestFinished(async () => {
    await holder()?.stop();
    vi.unstubAllEnvs();
    await rm(parent, { recursive: true, force: true });
  });
  vi.stubEnv("DATABASE_URL", "");
  vi.stubEnv("LARKSPUR_SECRET", "0123456789abcdef0123456789abcdef");
  vi.stubEnv("LARKSPUR_DATA_DIR", dataDir);
  vi.stubEnv("LARKSPUR_LOG_LEVEL", "error");
  // Fails late: the database is open by then, and its folder locked.
  vi.stubEnv("LARKSPUR_API_TOKEN", "0123456789abcdef0123456789abcdef");
  await expect(Promise.all([getRuntime(), getRuntime()])).rejects.toMatchObject({ code: "unavailable" });
  expect(runtimeLogger()).toBeUndefined();
  vi.stubEnv("LARKSPUR_API_TOKEN", "");
  expect((await getRuntime()).databaseKind).toBe("pglite");
  await expect(writeFile(path.join(dataDir, "lock"), "", { flag: "wx" })).rejects.toMatchObject({ code: "EEXIST" });
});
