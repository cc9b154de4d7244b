// Buttons of cards: answered in time over the long connection and by webhook, stopping answers and gathering opinions.
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { events, feedback } from "@/lib/db/schema";
import { createCardActions } from "@/lib/events/card-actions";
import { readFeedback } from "@/lib/events/feedback";
import { showEventDetails } from "@/lib/events/queries";
import { type FeishuSocket, openSocket } from "@/lib/feishu/socket";
import { createLogger } from "@/lib/logger";
import type { SandboxMessage } from "@/lib/sandbox/views";
import { describeOnDatabases } from "@/tests/support/databases";
import { cardElements } from "@/tests/support/inbox";
import { modelScene, read } from "@/tests/support/model-scene";
import { waitFor } from "@/tests/support/wait-for";

const logger = createLogger("error", { write: () => undefined });

type Button = { behaviors?: { value?: Record<string, string> }[]; text?: { content?: string } };
type Columns = { columns?: { elements: Button[] }[] };

/** The button of that name in the card, and what pressing it sends. */
function buttonOf(message: SandboxMessage | undefined, name: string): Button | undefined {
  const elements = cardElements(message?.card) as Record<string, Button & Columns>;
  const inColumns = elements.feedback?.columns?.flatMap(({ elements: inside }) => inside) ?? [];
  const all = [...Object.values(elements), ...inColumns];
  return all.find((button) => button.behaviors?.[0]?.value?.larkspur === name);
}

describeOnDatabases("buttons of cards", (kind) => {
  async function scene(options: Parameters<typeof modelScene>[1] = {}) {
    const made = await modelScene(kind, options);
    const { intake, apis, cloud, bot, database } = made;
    const actions = createCardActions({ db: database.db, bus: database.bus, intake, apis, logger });
    const socket = await new Promise<FeishuSocket>((resolve, reject) => {
      const opening = openSocket({
        credentials: { appId: bot.appId, appSecret: bot.sealedAppSecret, origin: cloud.origin },
        logger,
        onOpen: () => resolve(opening),
        onLost: () => reject(new Error("The connection was lost.")),
        onEvent: (envelope) => actions.answer(bot.id, envelope, "sandbox"),
      });
    });
    onTestFinished(() => socket.close());
    await made.startWorker({ timing: { lookMs: 20 } });
    const press = async (message: SandboxMessage | undefined, value: unknown, from = "Ann") =>
      cloud.pressCard({ messageId: message?.messageId ?? "", from, action: { tag: "button", value } as never });
    const pressOn = (message: SandboxMessage | undefined, name: string, from?: string) =>
      press(message, buttonOf(message, name)?.behaviors?.[0]?.value, from);
    return { ...made, actions, press, pressOn };
  }

  test("stop ends the answer where it is, is answered in the acknowledgement, and is no question", async () => {
    const { fake, ask, answersIn, pressOn, press, finished, database, bot } = await scene();
    fake.next({ text: ["Half of it"], end: "hang" });
    const id = await ask("hello");
    await waitFor(() => read(answersIn()[0]).text === "Half of it", "the answer");
    const stopped = await pressOn(answersIn()[0], "stop", "Bo");
    expect(stopped).toMatchObject({
      ok: true,
      toast: { type: "success", content: "Stopped.", i18n: { zh_cn: "已停止。" } },
    });
    expect(await finished(id)).toMatchObject({ status: "done" });
    expect(read(answersIn()[0])).toMatchObject({ text: "Half of it", note: "Stopped", buttons: [] });
    const row = async (eventId: string) => {
      const [event] = await database.db.select().from(events).where(eq(events.eventId, eventId));
      return event;
    };
    await waitFor(async () => (await row(stopped.eventId))?.status === "done", "the stored callback");
    const uuid = "of-nobody";
    expect(await press(answersIn()[0], { larkspur: "stop", uuid })).toMatchObject({
      ok: true,
      toast: { type: "info" },
    });
    const foreign = await press(answersIn()[0], { approve: "yes" });
    expect(foreign).toMatchObject({ ok: true });
    expect(foreign).not.toHaveProperty("toast");
    await waitFor(async () => (await row(foreign.eventId))?.reason === "event.unknownButton", "the reason");
    expect(fake.requests).toHaveLength(1);
    expect(await database.db.$count(events, eq(events.botId, bot.id))).toBe(4);
  });

  test("each has one opinion of an answer, may change it, and sees it in the card", async () => {
    const { ask, answersIn, pressOn, finished, database, bot, event, press } = await scene({
      behavior: { feedback: true },
    });
    const { db } = database;
    const id = await ask("hello");
    await finished(id);
    expect(read(answersIn()[0]).buttons).toEqual(["feedback"]);
    const words = (name: string) => buttonOf(answersIn()[0], name)?.text?.content;
    expect([words("useful"), words("notUseful")]).toEqual(["Helpful", "Not helpful"]);
    expect(await pressOn(answersIn()[0], "useful")).toMatchObject({ ok: true, toast: { type: "success" } });
    await pressOn(answersIn()[0], "useful", "Bo");
    await waitFor(() => words("useful") === "Helpful · 2", "both opinions in the card");
    await pressOn(answersIn()[0], "notUseful");
    await waitFor(() => words("useful") === "Helpful · 1" && words("notUseful") === "Not helpful · 1", "the change");
    expect(await db.$count(feedback)).toBe(2);
    const told = await readFeedback(db, bot.id, 7);
    expect(told.days).toEqual([{ date: new Date().toISOString().slice(0, 10), useful: 1, notUseful: 1 }]);
    expect(told.newest).toMatchObject([{ useful: false, eventId: String(id), question: "hello" }, { useful: true }]);
    const shown = await showEventDetails(db, await event(id), "en");
    expect(shown.replies).toMatchObject([{ useful: 1, notUseful: 1 }]);
    expect(await press(answersIn()[0], { larkspur: "stop", uuid: uuidIn(answersIn()[0]) })).toMatchObject({
      toast: { content: "This answer is already complete." },
    });
    expect(read(answersIn()[0]).text).toBe("Hello!");
  });

  test("a database that does not answer keeps nobody waiting, and a repeated callback does nothing", async () => {
    const { actions, bot, database, cloud, ask, finished, answersIn } = await scene({ behavior: { feedback: true } });
    await finished(await ask("hello"));
    const value = buttonOf(answersIn()[0], "useful")?.behaviors?.[0]?.value;
    const envelope = {
      schema: "2.0",
      header: { event_id: "pressed", event_type: "card.action.trigger", app_id: bot.appId },
      event: { operator: { open_id: cloud.person("Ann").openId }, action: { tag: "button", value } },
    };
    expect(await actions.answer(bot.id, envelope, "webhook")).toMatchObject({ toast: { type: "success" } });
    expect(await actions.answer(bot.id, envelope, "webhook")).toEqual({});
    const never = createCardActions({
      db: database.db,
      bus: database.bus,
      intake: { receive: () => new Promise(() => undefined), takeAcknowledgedAt: () => undefined },
      apis: undefined as never,
      logger,
    });
    expect(await never.answer(bot.id, envelope, "webhook")).toEqual({});
    expect(await actions.answer("nobody", envelope, "webhook")).toMatchObject({ toast: { type: "error" } });
  });
});

const uuidIn = (message: SandboxMessage | undefined) => buttonOf(message, "useful")?.behaviors?.[0]?.value?.uuid;
