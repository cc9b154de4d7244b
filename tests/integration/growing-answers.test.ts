// Answers that grow in the chat: through the real inbox and worker, against a cloud that keeps Feishu's limits.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { bots, replies } from "@/lib/db/schema";
import { endAnswers, stopAnswers } from "@/lib/events/stopping";
import type { Fault, FaultOn } from "@/lib/sandbox/faults";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { isGrowing, type ModelScene, modelScene, read } from "@/tests/support/model-scene";
import { waitFor } from "@/tests/support/wait-for";
import { REPLY } from "@/tests/support/work";

const CARD_TEXT = "*/cardkit/v1/cards/*/elements/answer/content";
const CARD_CHANGE = "*/cardkit/v1/cards/*";
const CARDS = "*/cardkit/v1/cards";

const WHOLE = "One two three.";
const BUSY = { code: 99991400, httpStatus: 429, headers: { "x-ogw-ratelimit-reset": "1" } };

/** What the cloud refuses, and how often; without a number: from then on. */
const REFUSALS: Record<string, Partial<FaultOn<"api">>> = {
  "a limit": { path: CARD_TEXT, ...BUSY, times: 1 },
  "a limit of the chat": { path: REPLY, code: 230020, times: 2 },
  "a limit at the end": { path: CARD_CHANGE, method: "PATCH", ...BUSY, times: 1 },
  "a sequence that is too small": { path: CARD_CHANGE, code: 300317, times: 3 },
  "an end of the growing": { path: CARD_TEXT, code: 300309, times: 1 },
  "an end after ten minutes": { path: CARD_TEXT, code: 200850, times: 1 },
  "growing that is over for good": { path: CARD_TEXT, code: 300309 },
  "settings that fail": { path: `${CARD_CHANGE}/settings`, code: 300122 },
  "an element that is not found": { path: CARD_TEXT, code: 300313 },
  "a card that is gone": { path: CARD_CHANGE, code: 200740 },
  "a card that is too old": { path: CARD_CHANGE, code: 200750 },
  "a card that is too large": { path: CARD_CHANGE, code: 200860, method: "PUT" },
  "too many tables": { path: CARD_CHANGE, code: 230099, msg: "ErrCode: 11310; table number over limit", method: "PUT" },
  "a fault of the server": { path: CARD_TEXT, code: 300120, httpStatus: 500, times: 2 },
  "a lost answer": { path: CARD_CHANGE, as: "cut", when: "after", times: 1 },
  "a lost answer to the reply": { path: REPLY, as: "cut", when: "after", times: 1 },
  "a missing permission": { path: CARDS, code: 99991672 },
  "a card that cannot be sent": { path: REPLY, code: 230099, msg: "ErrCode: 200621", times: 2 },
  "nothing but posts": { path: REPLY, code: 230099, msg: "ErrCode: 200621", times: 3 },
  "nothing but texts": { path: REPLY, code: 230099, msg: "ErrCode: 200621", times: 4 },
  "nothing but files": { path: REPLY, code: 230099, msg: "ErrCode: 200621", times: 5 },
};

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Until the answer in the chat says so much. */
const shows = ({ answersIn }: ModelScene, text: string) =>
  waitFor(() => answersIn().some((message) => read(message).text === text), `"${text}" in the chat`);

const names = ({ steps }: { steps: { name: string }[] }) => steps.map(({ name }) => name);

/** One owner: never the same or a smaller number twice, and never more than ten changes a second. */
function expectOrderly(scene: ModelScene) {
  const changes = scene.changes();
  for (const cardId of new Set(changes.map((change) => change.cardId))) {
    const mine = changes.filter((change) => change.cardId === cardId);
    const sequences = mine.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    expect(mine.filter(({ status }) => status === 429)).toEqual([]);
  }
}

describeOnOneDatabase("an answer that grows", (kind) => {
  test("is seen from its first words on, with its thoughts folded away, and ends without a button to stop it", async () => {
    const scene = await modelScene(kind);
    const { fake, ask, answersIn, finished } = scene;
    await scene.startWorker();
    const rest = gate();
    fake.next({
      reasoning: ["Hm, ", "well."],
      text: ["**你好** ", "👋\ud83d", rest.opened, "\udc4b", " and\n\n| a | b |\n|---|---|\n| 1 | 2 |"],
    });
    const id = await ask("hello");
    await shows(scene, "**你好** 👋");
    const [growing] = answersIn();
    expect(isGrowing(growing as never)).toBe(true);
    expect(read(growing)).toMatchObject({ hasThoughts: true, buttons: ["stop"] });
    rest.open();
    const event = await finished(id);
    expect(names(event).slice(-3)).toEqual(["firstWords", "answered", "replied"]);
    const whole = "**你好** 👋👋 and\n\n| a | b |\n|---|---|\n| 1 | 2 |";
    expect(answersIn().map(read)).toEqual([{ text: whole, note: undefined, hasThoughts: true, buttons: [] }]);
    expect(isGrowing(answersIn()[0] as never)).toBe(false);
    expect(answersIn()[0]?.parentId).toBe(event.messageId);
    const [row] = await scene.database.db.select().from(replies).where(eq(replies.eventId, id));
    expect(row).toMatchObject({ kind: "answer", text: whole, messageId: answersIn()[0]?.messageId, model: "Fake" });
    expect(row?.cardId).toBeTruthy();
    await finished(await ask("and now?"));
    expect(fake.requests.at(-1)?.body.messages.map(({ content }) => content)).toEqual(["hello", whole, "and now?"]);
    expectOrderly(scene);
  });

  test("keeps Feishu's limits when hundreds of words come, in two chats at once and twice in one", async () => {
    const scene = await modelScene(kind);
    await scene.startWorker();
    const other = scene.cloud.directChat(scene.bot.appId, "Bo").chatId;
    const words = Array.from({ length: 120 }, (_, index) => `word${index} `);
    scene.fake.always({ text: words, pauseMs: 10 });
    const ids = await Promise.all([scene.ask("one"), scene.ask("two"), scene.ask("three", other)]);
    for (const id of ids) expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 1 });
    const whole = words.join("").trim();
    expect(scene.answersIn().map((message) => read(message).text)).toEqual([whole, whole]);
    expect(scene.answersIn(other).map((message) => read(message).text)).toEqual([whole]);
    expectOrderly(scene);
    expect(scene.changes().length).toBeGreaterThan(6);
  });

  test("goes on over several cards where it is long, and its code and its tables stay whole", async () => {
    const scene = await modelScene(kind);
    await scene.startWorker();
    const lines = Array.from({ length: 5_000 }, (_, index) => `第${index}行文字 👋\n`);
    const table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    scene.fake.next({ text: [table.repeat(7), "```ts\n", ...lines, "```"] });
    const event = await scene.finished(await scene.ask("write a book"));
    expect(event).toMatchObject({ status: "done", attempts: 1 });
    const cards = scene.answersIn().map((message) => read(message).text);
    expect(cards.length).toBeGreaterThan(3);
    const text = cards.join("\n");
    for (const index of [0, 1_234, 4_999]) expect(text.split(`第${index}行文字 👋`)).toHaveLength(2);
    for (const card of cards) expect(card.split("|---|").length - 1).toBeLessThanOrEqual(4);
    for (const card of cards) expect((card.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(scene.answersIn().some(isGrowing)).toBe(false);
    expectOrderly(scene);
  });

  test("lands exactly once, whatever Feishu refuses meanwhile", async () => {
    const scene = await modelScene(kind);
    const { cloud, bot, database } = scene;
    await scene.startWorker();
    const wrong: unknown[] = [];
    for (const [what, fault] of Object.entries(REFUSALS)) {
      const { chatId } = cloud.directChat(bot.appId, what);
      cloud.faults.add({ on: "api", as: "error", appId: bot.appId, ...fault } as Fault);
      const rest = gate();
      scene.fake.next({ text: ["One", " two", rest.opened, " three."] });
      const asked = cloud.calls.length;
      const id = await scene.ask("hello", chatId);
      // The refusal comes while it grows, where that is what is refused.
      await waitFor(() => cloud.faults.list()[0]?.hits !== 0 || scene.answersIn(chatId).some(isGrowing), what);
      rest.open();
      const event = await scene.finished(id);
      const hits = cloud.calls.slice(asked).filter(({ status }) => status >= 400).length;
      cloud.faults.clear();
      const rows = await database.db.select().from(replies).where(eq(replies.eventId, id));
      const shown = scene.answersIn(chatId);
      const got = {
        status: event.status,
        texts: shown.map((message) => read(message).text || message.messageType),
        growing: shown.filter(isGrowing).length,
        kept: rows.flatMap((row) => (row.messageId ? [[row.messageId === shown[0]?.messageId, row.text]] : [])),
      };
      const wanted = {
        status: "done",
        texts: [what === "nothing but files" ? "file" : WHOLE],
        growing: 0,
        kept: [[true, WHOLE]],
      };
      if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push({ what, hits, ...got });
    }
    expect(wrong).toEqual([]);
  });

  // Feishu drops what is sent under the uuid of a card that was taken back: the answer was nowhere to be seen.
  test("lands though its card was taken back and the next try begins another one", async () => {
    const scene = await modelScene(kind);
    const { cloud, bot } = scene;
    await scene.startWorker({ timing: { lookMs: 20 } });
    const fault = { on: "api", as: "error", appId: bot.appId } as const;
    const rest = gate();
    scene.fake.next({ text: ["One", rest.opened, " two three."] });
    const id = await scene.ask("hello");
    await shows(scene, "One");
    cloud.faults.add({ ...fault, path: CARD_CHANGE, method: "PUT", code: 200860, times: 1 });
    cloud.faults.add({ ...fault, path: REPLY, code: 1, httpStatus: 500, times: 1 });
    scene.fake.always({ text: [WHOLE] });
    rest.open();
    expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(scene.answersIn().map((message) => read(message).text)).toEqual([WHOLE]);
  });

  test("ends with the question that was taken back, whether it grows or waits for its next try", async () => {
    const scene = await modelScene(kind);
    const { cloud, chatId, bot, fake } = scene;
    await scene.startWorker({ timing: { lookMs: 20 } });
    await scene.connect(bot);
    const takeBack = async (text: string) => {
      const { messageId } = cloud.say({ appId: bot.appId, chatId, from: "Ann", text });
      const event = await scene.eventOf(messageId);
      await waitFor(() => scene.answersIn().some((message) => read(message).text === text), "the card");
      await waitFor(async () => text === "grows" || (await scene.event(event.id)).status === "pending", "the wait");
      cloud.recallMessage(messageId);
      await scene.finished(event.id);
    };
    // It was answered in the end, or apologised for.
    fake.always({ text: ["waits"], end: "hang" });
    fake.next({ text: ["grows"], end: "hang" }, { text: ["waits"], pauseMs: 100, end: "cut" });
    await takeBack("grows");
    await takeBack("waits");
    await scene.allFinished();
    expect(scene.answersIn().map(read)).toMatchObject([
      { text: "grows", note: "Stopped", buttons: [] },
      { text: "waits", note: "Stopped", buttons: [] },
    ]);
    fake.always({ text: ["Yes."] });
    await scene.finished(await scene.ask("next"));
    expect(fake.requests.at(-1)?.body.messages.map(({ content }) => content)).toEqual(["next"]);
  });

  test("is written into the same card after a crash in the middle", async () => {
    const scene = await modelScene(kind);
    const timing = { leaseMs: 600, renewMs: 200, lookMs: 20, stopLimitMs: 50 };
    const dead = await scene.startWorker({ timing: { ...timing, renewMs: 60_000 } });
    scene.fake.next({ text: ["Half of ", "it"], end: "hang" }, { text: ["The ", "whole."] });
    const id = await scene.ask("hello");
    await shows(scene, "Half of it");
    const [first] = scene.answersIn();
    await scene.startWorker({ timing, instance: "other", exclusive: false });
    expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(scene.answersIn().map(({ messageId }) => messageId)).toEqual([first?.messageId]);
    expect(read(scene.answersIn()[0])).toMatchObject({ text: "The whole.", buttons: [] });
    const sequences = scene.changes().map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    await dead.stop();
  });

  test("goes on in the same card when the model fails, and ends there with an apology when it fails for good", async () => {
    const scene = await modelScene(kind);
    await scene.startWorker({ timing: { lookMs: 20 } });
    scene.fake.next({ text: ["Half of "], pauseMs: 100, end: "cut" }, { text: ["All of it."] });
    expect(await scene.finished(await scene.ask("one"))).toMatchObject({ status: "done", attempts: 2 });
    expect(scene.answersIn().map(read)).toMatchObject([{ text: "All of it.", buttons: [] }]);
    scene.fake.next({ text: ["Half of "], pauseMs: 100, end: "cut" }, { status: 401 });
    const failed = await scene.finished(await scene.ask("two"));
    expect(failed).toMatchObject({ status: "failed", attempts: 2 });
    expect(names(failed)).toContain("apologised");
    expect(scene.answersIn()).toHaveLength(2);
    expect(read(scene.answersIn()[1])).toMatchObject({
      text: "Half of ",
      buttons: [],
      note: expect.stringContaining("Sorry"),
    });
  });

  test("keeps what was written when it is stopped, by whatever way and in whichever try", async () => {
    const scene = await modelScene(kind);
    const { db, bus } = scene.database;
    await scene.startWorker({ timing: { lookMs: 20 } });
    scene.fake.next({ text: ["写了一半"], end: "hang" });
    const first = await scene.ask("你好");
    await shows(scene, "写了一半");
    await stopAnswers(db, bus, { botId: scene.bot.id, chatId: scene.chatId });
    expect(names(await scene.finished(first)).at(-1)).toBe("stopped");
    expect(read(scene.answersIn()[0])).toEqual({ text: "写了一半", note: "已停止", hasThoughts: false, buttons: [] });
    scene.fake.next({ text: ["Half"], pauseMs: 100, end: "cut" }, { status: 503, headers: { "retry-after": "50" } });
    const second = await scene.ask("hello");
    await waitFor(
      async () => (await scene.event(second)).attempts === 2 && (await scene.event(second)).error,
      "the second try",
    );
    await waitFor(async () => (await scene.event(second)).status === "pending", "the wait");
    await stopAnswers(db, bus, { botId: scene.bot.id, eventId: second });
    expect(await scene.finished(second)).toMatchObject({ status: "done" });
    expect(read(scene.answersIn()[1])).toEqual({ text: "Half", note: "Stopped", hasThoughts: false, buttons: [] });
  });

  test("does not go on growing when its bot is deleted", async () => {
    const scene = await modelScene(kind);
    const { db, bus } = scene.database;
    await scene.startWorker();
    scene.fake.next({ text: ["Half"], end: "hang" });
    await scene.ask("hello");
    await shows(scene, "Half");
    await endAnswers(db, bus, scene.bot.id);
    await db.delete(bots).where(eq(bots.id, scene.bot.id));
    expect(read(scene.answersIn()[0])).toEqual({ text: "Half", note: "Stopped", hasThoughts: false, buttons: [] });
    expect(isGrowing(scene.answersIn()[0] as never)).toBe(false);
  });

  test("says that it was cut, and people may still say what they think of it", async () => {
    const scene = await modelScene(kind, { behavior: { feedback: true } });
    await scene.startWorker();
    scene.fake.next(
      { text: ["One, two, th"], finish: "length" },
      { text: ["x".repeat(150_000)] },
      { text: ["Well"], finish: "content_filter" },
    );
    for (const text of ["count", "fill", "tell"]) await scene.finished(await scene.ask(text));
    const [first, ...more] = scene.answersIn().map(read);
    expect(first).toMatchObject({ text: "One, two, th", note: expect.stringContaining("length limit") });
    expect(first?.buttons).toEqual(["feedback"]);
    expect(more.at(-2)?.note).toBe(first?.note);
    expect(more.at(-1)?.note).toContain("content filter");
    const filled = more.slice(0, -1).map(({ text }) => text);
    expect(filled.join("").replaceAll(/\s/g, "") === "x".repeat(100_000)).toBe(true);
  });

  test("comes whole where the bot says so: in a post, or in a card where a post could not show it", async () => {
    const scene = await modelScene(kind, { reply: { stream: false } });
    await scene.startWorker();
    const table = "| a | b |\n|---|---|\n| 1 | 2 |";
    scene.fake.next({ text: ["**Bold**"] }, { text: [table] }, { text: ['<at user_id="all"></at>'] });
    for (const text of ["one", "two", "three"]) await scene.finished(await scene.ask(text));
    const shown = scene.answersIn();
    expect(shown.map(({ messageType }) => messageType)).toEqual(["post", "interactive", "post"]);
    expect(shown.slice(0, 2).map((message) => read(message).text)).toEqual(["**Bold**", table]);
    // Whatever a model writes, it mentions nobody.
    expect(shown.at(-1)?.content).not.toMatch(/<at/);
    expect(scene.changes()).toEqual([]);
  });

  // The model was asked anew in the middle of sending: the beginning of one answer stood above the end of another.
  test("in several posts comes to its end though Feishu asks to wait, without the model being asked again", async () => {
    const scene = await modelScene(kind, { reply: { stream: false } });
    const long = (name: string) => Array.from({ length: 90 }, (_, n) => `${name}${n} ${"word ".repeat(200)}\n`);
    scene.fake.next({ text: long("a") }, { text: long("b") });
    await scene.startWorker({ timing: { lookMs: 20 } });
    for (const id of [await scene.ask("one"), await scene.ask("two")]) {
      expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 1 });
    }
    expect(scene.cloud.calls.filter(({ status }) => status === 400).length).toBeGreaterThan(0);
    const words = (texts: string[]) => texts.join("").replaceAll(/\s/g, "");
    const shown = words(scene.answersIn().map((message) => read(message).text));
    expect(shown === words([...long("a"), ...long("b")])).toBe(true);
    expect(scene.fake.requests).toHaveLength(2);
  });
});
