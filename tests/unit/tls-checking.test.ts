import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";

const PROJECT = path.join(import.meta.dirname, "../..");
const SWITCHED_OFF =
  /rejectUnauthorized\W+(?!true)|NODE_TLS_REJECT_UNAUTHORIZED["'\]\s]*[=:](?!=)\s*["']?0|checkServerIdentity/;

// There `sslmode=require` means what it means to PostgreSQL's own clients: encrypted, without a check. verify-full checks.
const POSTGRES = "lib/db/postgres/socket.ts";

test("nothing switches the check of certificates off", () => {
  const files = ["app", "lib", "scripts"].flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.([cm]?[jt]sx?)$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  expect(files.length).toBeGreaterThan(100);
  const switching = files.filter((file) => SWITCHED_OFF.test(readFileSync(path.join(PROJECT, file), "utf8")));
  expect(switching).toEqual([POSTGRES]);
  for (const text of [
    "rejectUnauthorized: false",
    '"rejectUnauthorized": isStrict',
    'NODE_TLS_REJECT_UNAUTHORIZED = "0"',
  ]) {
    expect(text).toMatch(SWITCHED_OFF);
  }
});

test("an environment that switches it off is refused, with the cure", () => {
  expect(() => readEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toThrow(
    /NODE_TLS_REJECT_UNAUTHORIZED=0 .*NODE_EXTRA_CA_CERTS/,
  );
  expect(readEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "1" }).logLevel).toBe("info");
});
