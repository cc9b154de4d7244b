import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, test } from "vitest";
import { createLogger, hideSecrets } from "@/lib/logger";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let output = "";
  write(
    createLogger("debug", {
      write: (line: string) => {
        output += line;
      },
    }),
  );
  return output;
}

describe("the log", () => {
  test.each([
    ["a socket's address", "wss://x/ws/v2?fpid=1&access_key=AKEY123&ticket=TICK456", ["AKEY123", "TICK456"]],
    ["an API token", "Authorization: Bearer lks_abcdefghijk", ["lks_abcdefghijk"]],
    [
      "an access token",
      "token t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234",
      ["t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234"],
    ],
    ["an app secret in JSON", '{"AppID":"cli_1","AppSecret":"s3cr3tvalue"}', ["s3cr3tvalue"]],
    ["a database password", "postgres://user:hunter2@host/db", ["hunter2"]],
  ])("hides %s", (_name, text, secrets) => {
    for (const secret of secrets) expect(hideSecrets(text)).not.toContain(secret);
  });

  test("hides secrets in fields, nested values, messages and errors", () => {
    const output = logged((logger) => {
      logger.info({ appSecret: "one-secret", nested: { url: "ws://h?ticket=two-secret" } }, "Bearer three-secret");
      logger.error({ err: new Error("ticket=four-secret", { cause: new Error("access_key=five-secret") }) });
      logger.error(new Error("ticket=six-secret"));
    });
    for (const word of ["one", "two", "three", "four", "five", "six"]) expect(output).not.toContain(`${word}-secret`);
    expect(
      output
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).level),
    ).toEqual(["info", "error", "error"]);
  });

  test("keeps an HTTP library's request out of an error", () => {
    const error = Object.assign(new Error("Request failed"), { code: "ERR", config: { headers: { x: "leaked" } } });
    const output = logged((logger) => logger.error({ err: error }, "call failed"));
    expect(output).toContain("Request failed");
    expect(output).not.toContain("leaked");
  });

  test("tells a failed statement without what was to be stored", () => {
    const failed = new DrizzleQueryError(
      "insert into users values ($1, $2)",
      ["a\n    at b", "$scrypt$hash"],
      new Error("full"),
    );
    const output = logged((logger) => {
      logger.error({ err: failed }, "a request failed");
      logger.error({ err: new Error("outer", { cause: failed }) }, "again");
    });
    expect(output).toContain("insert into users");
    expect(output).toContain("full");
    expect(output).toContain("logger.test");
    expect(output).not.toContain("scrypt");
  });
});
