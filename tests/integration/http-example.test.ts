// The example server of docs/http-service.md, run as a reader would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { callService } from "@/lib/responders/http-call";

const EXAMPLE = path.resolve(import.meta.dirname, "../../docs/examples/http-service.mjs");
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("the example server checks the signature and answers", async () => {
  const child = spawn(process.execPath, [EXAMPLE], { env: { ...process.env, SECRET, PORT: "0" } });
  onTestFinished(() => void child.kill());
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const port = /listening on (\d+)/.exec(String(line))?.[1];
  const body = JSON.stringify({ message: { text: "你好" }, history: [] });
  const call = (secret: string | undefined) =>
    callService(
      { url: `http://127.0.0.1:${port}/`, timeoutSeconds: 5, secret, allowPrivate: true },
      { id: "msg_1", body },
      { signal: new AbortController().signal },
    );
  expect(await call(SECRET)).toEqual({
    status: 200,
    answer: { messages: [{ format: "markdown", text: "You said **你好**, after 0 messages." }] },
  });
  for (const wrong of ["another secret", undefined]) {
    await expect(call(wrong)).rejects.toMatchObject({ reason: { code: "http.refused" }, retryable: false });
  }
});
