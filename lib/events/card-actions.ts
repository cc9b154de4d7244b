// Answers people who press a button of a card, within the three seconds that Feishu gives for it.
import { and, eq } from "drizzle-orm";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { bots, events, type ReplyRow, replies } from "@/lib/db/schema";
import { countFeedback, saveFeedback } from "@/lib/events/feedback";
import { GrowingCard } from "@/lib/events/growing-card";
import type { EventSource, Intake } from "@/lib/events/intake";
import { languageOf } from "@/lib/events/language";
import { CARD_ACTION } from "@/lib/events/policy";
import { stopAnswers } from "@/lib/events/stopping";
import { FEEDBACK_ELEMENT, feedbackButtons, readCardAction } from "@/lib/feishu/answer-card";
import type { FeishuApis } from "@/lib/feishu/api";
import { cardTroubleOf, replaceElement } from "@/lib/feishu/cards";
import { FeishuError } from "@/lib/feishu/errors";
import type { Logger } from "@/lib/logger";
import { type Locale, translate } from "@/lib/text/translate";

const ANSWER_WITHIN_MS = 2_500; // after 3 s Feishu shows the person an error
const MARK_AFTER_MS = 300; // Feishu refuses changes of a card while its callback is being answered
const MARK_TRIES = 5;

/** Empty: nothing changes. */
export type CardAnswer = { toast?: Record<string, unknown> };

export type CardActions = {
  /** What Feishu is to be told; never rejects, never takes too long. Anybody in the chat may press any button. */
  answer(botId: string, envelope: unknown, source: EventSource): Promise<CardAnswer>;
};

type Parts = { db: Database; bus: Bus; intake: Intake; apis: FeishuApis; logger: Logger };

export const isCardAction = (envelope: unknown): boolean =>
  (envelope as { header?: { event_type?: unknown } } | null)?.header?.event_type === CARD_ACTION;

export function createCardActions(parts: Parts): CardActions {
  return {
    async answer(botId, envelope, source) {
      const answering = answerAction(parts, botId, envelope, source).catch((err: unknown) => {
        parts.logger.warn({ err, botId }, "card button was not answered");
        return toast("error", "failed");
      });
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<CardAnswer>((resolve) => {
        timer = setTimeout(() => resolve({}), ANSWER_WITHIN_MS);
      });
      return Promise.race([answering, limit]).finally(() => clearTimeout(timer));
    },
  };
}

async function answerAction(parts: Parts, botId: string, envelope: unknown, source: EventSource): Promise<CardAnswer> {
  const { isNew } = await parts.intake.receive(botId, envelope, source);
  const { event } = envelope as { event?: { action?: { value?: unknown }; operator?: { open_id?: unknown } } };
  const pressed = readCardAction(event?.action?.value);
  // A button of somebody else's card: its maker hears of it from Feishu, or reads it in the inbox.
  if (!pressed || !isNew) return {};
  const reply = await findReply(parts.db, botId, pressed.uuid);
  if (!reply) return toast("info", "unknown");
  if (pressed.action === "stop") return stopFor(parts, reply);
  const userId = event?.operator?.open_id;
  if (typeof userId !== "string" || userId === "") return toast("error", "failed");
  await saveFeedback(parts.db, { botId, uuid: reply.uuid, userId, useful: pressed.action === "useful" });
  if (reply.cardId) setTimeout(() => void mark(parts, reply), MARK_AFTER_MS).unref();
  return toast("success", "thanks");
}

/** Only what this bot itself sent has a row. */
async function findReply(db: Database, botId: string, uuid: string): Promise<ReplyRow | undefined> {
  const [row] = await db
    .select()
    .from(replies)
    .where(and(eq(replies.botId, botId), eq(replies.uuid, uuid)));
  return row;
}

async function stopFor({ db, bus }: Parts, { botId, eventId }: ReplyRow): Promise<CardAnswer> {
  if (eventId === null) return toast("info", "unknown");
  const [event] = await db.select({ status: events.status }).from(events).where(eq(events.id, eventId));
  if (event?.status !== "pending" && event?.status !== "processing") return toast("info", "alreadyWhole");
  await stopAnswers(db, bus, { botId, eventId });
  return toast("success", "stopping");
}

/** Shows in the card what was chosen. */
async function mark({ db, apis, logger }: Parts, reply: ReplyRow): Promise<void> {
  try {
    const [bot] = await db.select().from(bots).where(eq(bots.id, reply.botId));
    if (!bot || !reply.cardId) return;
    const locale = await localeOfEvent(db, reply);
    const at = reply.at.getTime();
    const api = await apis.of(bot);
    const card = new GrowingCard(api, { ...reply, cardId: reply.cardId, at }, false);
    for (let tries = 1; ; tries += 1) {
      const counts = await countFeedback(db, reply.botId, reply.uuid);
      const element = feedbackButtons({ uuid: reply.uuid, ...counts }, locale);
      try {
        return await card.change((change) => replaceElement(api, change, FEEDBACK_ELEMENT, element));
      } catch (error) {
        if (!(error instanceof FeishuError) || cardTroubleOf(error) !== "later" || tries === MARK_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? MARK_AFTER_MS * 2 ** tries));
      }
    }
  } catch (err) {
    logger.info({ err, botId: reply.botId }, "feedback was not shown on the card");
  }
}

async function localeOfEvent(db: Database, { eventId }: ReplyRow): Promise<Locale> {
  if (eventId === null) return "en";
  const [event] = await db.select({ text: events.text }).from(events).where(eq(events.id, eventId));
  return languageOf(event?.text ?? "");
}

/** Feishu shows the one in the person's own language. */
function toast(type: "success" | "info" | "error", key: "thanks" | "stopping" | "alreadyWhole" | "unknown" | "failed") {
  const words = (locale: Locale) => translate(locale, `replies.toasts.${key}`);
  return { toast: { type, content: words("en"), i18n: { zh_cn: words("zh-CN"), en_us: words("en") } } };
}
