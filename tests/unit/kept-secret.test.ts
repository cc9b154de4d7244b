// What is kept secret stands in no text that comes back from outside, whoever repeats it.
import { expect, test } from "vitest";
import { sendMessage, type Way } from "@/lib/alerts/channels";
import { FeishuApi } from "@/lib/feishu/api";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { discover } from "@/lib/feishu/discovery";
import { createHttp } from "@/lib/feishu/network";
import { KeptSecret } from "@/lib/kept-secret";
import { createLogger } from "@/lib/logger";
import { askModel } from "@/lib/models/ask";
import { testModel } from "@/lib/models/test-model";
import { answerJson, startService } from "@/tests/support/http-service";

const SECRET = 'k"y/0123456789<abc>';

test("in whatever form it is repeated, and where a cut left its beginning", () => {
  const kept = new KeptSecret(SECRET, undefined, "", "short");
  const forms = [
    SECRET,
    JSON.stringify(SECRET),
    encodeURIComponent(SECRET),
    "k&quot;y/0123456789&lt;abc&gt;",
    Buffer.from(SECRET).toString("base64"),
    `${SECRET.slice(0, 12)}…`,
    SECRET.slice(0, 7),
  ];
  for (const form of forms) {
    const struck = kept.strikeOut(`The key ${form}`);
    expect(struck).toContain("[hidden]");
    expect(struck).not.toMatch(/0123|ay8w/);
  }
  expect(kept.strikeOut("a short word, and its end k")).toBe("a short word, and its end k");
  expect(new KeptSecret("whsec_MDEyMzQ1Njc4OQ==").strikeOut("key MDEyMzQ1Njc4OQ==")).toBe("key [hidden]");
  expect(kept.reasonWithout({ code: "a.b", params: { body: SECRET, status: 401 } })).toEqual({
    code: "a.b",
    params: { body: "[hidden]", status: 401 },
  });
});

test("an error's cause is kept unless it says the secret itself, however deep", () => {
  const kept = new KeptSecret(SECRET);
  const harmless = new Error("reset", { cause: new Error("ECONNRESET") });
  expect(kept.causeWithout(harmless)).toBe(harmless);
  expect(kept.causeWithout(new Error("reset", { cause: new Error(`bad ${SECRET}`) }))).toBeUndefined();
  expect(kept.causeWithout(undefined)).toBeUndefined();
});

/** Answers with everything that it was told. */
const repeating = (status: number) =>
  startService(({ path, headers, raw }, response) => {
    const { authorization = "" } = headers;
    answerJson(
      response,
      { code: 10014, msg: `${path} ${authorization} ${raw}`, error: { message: `bad: ${authorization}` } },
      status,
    );
  });

const TOKEN = "0123456789abcdef";
const told = (asking: Promise<unknown>) =>
  asking.then(
    (value) => JSON.stringify(value),
    (error: Error & { reason?: object; feishuMessage?: string }) =>
      JSON.stringify([error.message, error.reason, error.feishuMessage, String(error.cause)]),
  );

test("a model's key, in errors and in tests", async () => {
  for (const status of [401, 500, 200]) {
    const { port } = await repeating(status);
    const model = {
      ...{ name: "M", baseUrl: `http://127.0.0.1:${port}/v1`, model: "m" },
      ...{ apiKey: `sk_${TOKEN}`, seesImages: false, allowPrivate: true },
    };
    const messages = [{ role: "user" as const, content: "Hi" }];
    const words = await told(askModel(model, { messages, silenceMs: 5_000 }));
    const tested = await told(testModel(model, "en", 5_000));
    expect(words).toContain("[hidden]");
    expect(tested).toContain("[hidden]");
    expect(words + tested).not.toContain("0123456789");
  }
});

test("an app's secret, as it is checked, as it connects and as it calls", async () => {
  const { port } = await repeating(200);
  const origin = `http://127.0.0.1:${port}`;
  const credentials = { appId: "cli_0123456789abcdef", appSecret: `the-${TOKEN}`, origin };
  const logger = createLogger("error", { write: () => undefined });
  const body = { AppID: credentials.appId, AppSecret: credentials.appSecret };
  const more = { headers: {}, proxy: undefined, limitMs: 5_000, signal: new AbortController().signal };
  const api = new FeishuApi(credentials, createHttp(), logger);
  const words = await Promise.all([
    told(checkCredentials(credentials)),
    told(discover({ url: `${origin}/callback/ws/endpoint`, body, ...more })),
    told(api.call(async () => ({ code: 0 }))),
  ]);
  for (const one of words) {
    expect(one).toContain("[hidden]");
    expect(one).not.toContain(`the-${TOKEN}`);
  }
});

test("the address of a hook and its secret, in why an alert was not taken", async () => {
  const { port } = await repeating(400);
  const message = { id: "a", title: "T", isAllOver: false, lines: [], facts: {} };
  const send = (way: Partial<Way>) =>
    told(
      sendMessage({ channel: "webhook", target: "", secret: undefined, allowPrivate: true, ...way }, message as never, {
        mail: undefined,
        signal: AbortSignal.timeout(5_000),
      }),
    );
  const hook = await send({ channel: "feishu", target: `http://127.0.0.1:${port}/open-apis/bot/v2/hook/${TOKEN}` });
  const webhook = await send({ target: `http://127.0.0.1:${port}/in?key=${TOKEN}` });
  for (const words of [hook, webhook]) {
    expect(words).toContain("[hidden]");
    expect(words).not.toContain(TOKEN);
  }
});
