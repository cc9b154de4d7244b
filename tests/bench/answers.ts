// How a model's answer comes to a chat through Larkspur, and in the same minute to somebody who asks the model directly.
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { SandboxMessage } from "@/lib/sandbox/views";
import type { Contestant } from "@/tests/bench/contestants";
import type { Step } from "@/tests/bench/scenes";
import type { Sizes } from "@/tests/bench/sizes";
import { spreadOf } from "@/tests/bench/spread";
import { onStage } from "@/tests/bench/stage";
import type { Api } from "@/tests/support/api";
import { openFakeModel } from "@/tests/support/model-server";

export type Answers = Record<"firstP50" | "firstP95" | "wholeP50" | "wholeP95" | "added", number>;

/** From the model's first token to the first words, and from the question to the last word; in ms. */
type Told = { firstMs: number; wholeMs: number };
export type Asked = { direct: Told; through: Told }[];

const FIRST = "First";
const LAST = "Last.";
const ANSWER_LIMIT_MS = 60_000;
const WARM_UP = 3;

/** The model asked directly and through Larkspur in turns. */
export function measureAnswers(contestant: Contestant, sizes: Sizes, step: Step): Promise<Asked> {
  return onStage(contestant, 1, async ({ cloud, apps: [app], api }) => {
    if (!app || !api) throw new Error("There is no bot that a model could answer for.");
    const model = await openModel(sizes);
    try {
      await answerWith(api, model.baseUrl);
      const { chatId } = cloud.directChat(app.appId, "Ann");
      const ask = async () => ({
        direct: await askDirectly(model),
        through: await askInChat({ cloud, app, chatId }, model),
      });
      for (let count = 0; count < WARM_UP; count += 1) await ask();
      return await step(`${sizes.answers} answers of a model`, async () => {
        const asked: Asked = [];
        while (asked.length < sizes.answers) asked.push(await ask());
        return asked;
      });
    } finally {
      await model.stop();
    }
  });
}

/** `added`: by how much later than directly, in the middle of all pairs. */
export function answersOf(told: Told[], added: number[]): Answers {
  const first = spreadOf(told.map(({ firstMs }) => firstMs));
  const whole = spreadOf(told.map(({ wholeMs }) => wholeMs));
  const { p50: firstP50, p95: firstP95 } = first;
  return { firstP50, firstP95, wholeP50: whole.p50, wholeP95: whole.p95, added: spreadOf(added).p50 };
}

type Model = { baseUrl: string; begin(): void; sinceFirstToken(): number; stop(): Promise<void> };

/** Writes the same words at the same speed, whoever asks. */
async function openModel({ answerWords, wordMs }: Sizes): Promise<Model> {
  const fake = await openFakeModel();
  let firstTokenAt: number | undefined;
  const words = Array.from({ length: answerWords - 2 }, (_, index) => `word ${index}, `);
  fake.always({
    text: [`${FIRST} `, ...words, LAST],
    pauseMs: wordMs,
    onFirst: () => {
      firstTokenAt = performance.now();
    },
  });
  return {
    baseUrl: fake.baseUrl,
    begin: () => {
      firstTokenAt = undefined;
    },
    sinceFirstToken: () => performance.now() - (firstTokenAt ?? Number.NaN),
    stop: fake.stop,
  };
}

async function answerWith(api: Api, baseUrl: string): Promise<void> {
  const { id: modelId } = await api.post("/api/models", { name: "Scripted", baseUrl, model: "scripted" });
  const { bots } = await api.get("/api/feishu/bots");
  const { status, text } = await api.call("PATCH", `/api/feishu/bots/${bots[0].id}`, {
    reply: { kind: "ai", modelId, historyMessages: 0 },
  });
  if (status !== 200) throw new Error(`the bot did not take the model: ${status} ${text}`);
}

async function askDirectly(model: Model): Promise<Told> {
  model.begin();
  const startedAt = performance.now();
  const response = await fetch(`${model.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "question" }], stream: true }),
  });
  const decoder = new TextDecoder();
  let text = "";
  let firstMs = Number.NaN;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (Number.isNaN(firstMs) && text.includes(FIRST)) firstMs = model.sinceFirstToken();
  }
  if (!text.includes(LAST)) throw new Error("the model did not answer");
  return { firstMs, wholeMs: performance.now() - startedAt };
}

type Place = { cloud: SandboxCloud; app: SandboxApp; chatId: string };

function askInChat({ cloud, app: { appId }, chatId }: Place, model: Model): Promise<Told> {
  return new Promise((resolve, reject) => {
    model.begin();
    let asked = "";
    let firstMs = Number.NaN;
    const startedAt = performance.now();
    const look = (message: SandboxMessage) => {
      if (message.sender.kind !== "bot" || message.parentId !== asked) return;
      const shown = JSON.stringify(message.card ?? message.text ?? "");
      if (Number.isNaN(firstMs) && shown.includes(FIRST)) firstMs = model.sinceFirstToken();
      if (!shown.includes(LAST) || isGrowing(message)) return;
      finish(() => resolve({ firstMs, wholeMs: performance.now() - startedAt }));
    };
    const endings = [cloud.on("message", look), cloud.on("change", look)];
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      for (const end of endings) end();
      settle();
    };
    const late = () => reject(new Error(`no whole answer within ${ANSWER_LIMIT_MS / 1000} s`));
    const timer = setTimeout(() => finish(late), ANSWER_LIMIT_MS);
    asked = cloud.say({ appId, chatId, from: "Ann", text: "question" }).messageId;
  });
}

const isGrowing = ({ card }: SandboxMessage): boolean =>
  (card as { config?: { streaming_mode?: boolean } } | undefined)?.config?.streaming_mode === true;
