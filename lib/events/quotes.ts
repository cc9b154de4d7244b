// Reads what a message quotes and what it forwards: from what is stored here, else from Feishu.
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { events, replies } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { messageOf } from "@/lib/events/envelope";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { attachmentsOf } from "@/lib/feishu/attachments";
import { readMessage } from "@/lib/feishu/message";
import { clockOf } from "@/lib/feishu/reading/words";
import { fetchMessage, type StoredMessage } from "@/lib/feishu/stored-message";
import { type Belonging, belongingOf, readBelongings } from "@/lib/responders/belonging";
import { problemOf } from "@/lib/responders/pictures";

const LONGEST_QUOTE = 20_000;
const LONGEST_FORWARD = 30_000;
const MOST_FORWARDED = 200;
const DEEPEST = 50;
const MOST_NAMES = 30;

/** The quoted message's words first, then its images and files. */
export async function quotedBy(work: Try, parts: AnsweringParts, messageId: string): Promise<Belonging[]> {
  return (
    (await ownReply(work, parts, messageId)) ??
    (await heardMessage(work, parts, messageId)) ??
    (await askedFor(work, parts, messageId))
  );
}

type Quote = { messageId: string; text: string; name: string | null; detail: Belonging["detail"] };

const quote = ({ messageId, text, name, detail }: Quote): Belonging => ({
  ...belongingOf(messageId, { kind: "quote", key: null, name }),
  text: text.slice(0, LONGEST_QUOTE),
  detail: { ...detail, ...(text.length > LONGEST_QUOTE ? { isCut: true } : {}) },
});

async function ownReply({ event, bot }: Try, { db }: AnsweringParts, messageId: string) {
  const [reply] = await db
    .select({ text: replies.text, at: replies.at })
    .from(replies)
    .where(
      and(
        eq(replies.botId, event.botId),
        eq(replies.chatId, event.chatId ?? ""),
        eq(replies.messageId, messageId),
        isNotNull(replies.text),
      ),
    );
  if (!reply?.text) return undefined;
  return [quote({ messageId, text: reply.text, name: bot.name, detail: { by: "bot", at: reply.at.getTime() } })];
}

async function heardMessage({ event, bot }: Try, parts: AnsweringParts, messageId: string) {
  // Literal, so that the planner sees that the partial index fits.
  const isMessage = sql`${events.eventType} = ${sql.raw(`'${MESSAGE_RECEIVED}'`)}`;
  const [heard] = await parts.db
    .select()
    .from(events)
    .where(and(eq(events.botId, event.botId), eq(events.messageId, messageId), isMessage));
  if (!heard) return undefined;
  if (heard.steps.some(({ name }) => name === "recalled")) return [unreadQuote(messageId, recalled)];
  const payload = messageOf(heard.payload);
  const { message_type: type, content } = payload.message ?? {};
  const { text, unreadCard } = readMessage(payload, bot.openId);
  // What was pushed does not say it: Feishu has to be asked.
  if (type === "merge_forward" || unreadCard) return undefined;
  const known = (await readBelongings(parts.db, [heard.id])).get(heard.id) ?? [];
  const name = heard.senderId ? await parts.names.ofPerson(bot, heard.senderId) : "";
  const detail: Belonging["detail"] = { by: "person", at: heard.sentAt?.getTime() ?? heard.receivedAt.getTime() };
  if (heard.senderId) detail.senderId = heard.senderId;
  // What was read of its files when it came need not be read again.
  const attached = attachmentsOf(type, content).map(
    (part) =>
      known.find(({ key, messageId: of, text: read }) => key === part.key && of === messageId && read !== null) ??
      belongingOf(messageId, part),
  );
  return [quote({ messageId, text, name: name || null, detail }), ...attached];
}

async function askedFor(work: Try, parts: AnsweringParts, messageId: string): Promise<Belonging[]> {
  const { bot } = work;
  const found = await fetched(work, parts, messageId);
  if ("code" in found) return [unreadQuote(messageId, found)];
  const [message, ...inside] = found;
  if (!message || message.isRecalled) return [unreadQuote(messageId, recalled)];
  if (message.isForward) return [await transcript(work, parts, messageId, inside)];
  if (message.unreadCard) return [unreadQuote(messageId, unreadCard(message.unreadCard))];
  const { senderId, at, text, attachments } = message;
  const isSelf = message.by === "app" && senderId === bot.appId;
  const name = isSelf ? bot.name : message.by === "person" ? await parts.names.ofPerson(bot, senderId) : "";
  const by = isSelf ? "bot" : message.by;
  return [
    quote({ messageId, text, name: name || null, detail: { by, senderId, ...(at === undefined ? {} : { at }) } }),
    ...attachments.map((part) => belongingOf(messageId, part)),
  ];
}

const unreadCard = ({ title }: { title: string }): Reason =>
  title === "" ? { code: "reading.card" } : { code: "reading.cardTitled", params: { title } };

const recalled: Reason = { code: "reading.quoteRecalled" };

const unreadQuote = (messageId: string, problem: Reason): Belonging => ({
  ...belongingOf(messageId, { kind: "quote", key: null, name: null }),
  problem,
});

/** The messages of a merged forward as one text, with the names of those who wrote them. */
export async function forwardOf(work: Try, parts: AnsweringParts, messageId: string): Promise<Belonging> {
  const found = await fetched(work, parts, messageId);
  if (!("code" in found)) return transcript(work, parts, messageId, found.slice(1));
  return { ...belongingOf(messageId, { kind: "forward", key: null, name: null }), problem: found };
}

/** Why it cannot be read, where it cannot. */
async function fetched(work: Try, parts: AnsweringParts, messageId: string): Promise<StoredMessage[] | Reason> {
  try {
    return await fetchMessage(await parts.apis.of(work.bot), messageId);
  } catch (error) {
    const problem = problemOf(error, { name: "", megabytes: 0 });
    if (problem.code === "reading.noPermission") return { code: "reading.quoteNoPermission" };
    const isGone = [230011, 230110, 231003].includes(Number(problem.params?.code));
    return isGone ? recalled : { code: "reading.quoteRefused", params: { problem: describeReason(problem) } };
  }
}

async function transcript(
  work: Try,
  parts: AnsweringParts,
  messageId: string,
  inside: StoredMessage[],
): Promise<Belonging> {
  const names = await namesOf(work, parts, inside);
  const all = inOrder(messageId, inside);
  const lines = all.slice(0, MOST_FORWARDED).map(({ message, depth }) => {
    const who = names.get(message.senderId) ?? message.senderId;
    const indent = "  ".repeat(Math.min(depth, 10));
    const when = message.at === undefined ? "" : ` (${clockOf(message.at)})`;
    return `${indent}${who}${when}: ${wordsIn(message).replaceAll("\n", `\n${indent}  `)}`;
  });
  const text = lines.join("\n");
  const isCut = inside.length > MOST_FORWARDED || text.length > LONGEST_FORWARD;
  return {
    ...belongingOf(messageId, { kind: "forward", key: null, name: null }),
    text: text.slice(0, LONGEST_FORWARD),
    detail: isCut ? { isCut } : {},
  };
}

type Nested = { message: StoredMessage; depth: number };

/** As they were written, what is in a forward within a forward right behind it. */
function inOrder(messageId: string, inside: StoredMessage[]): Nested[] {
  const ids = new Set(inside.map((message) => message.messageId));
  const below = new Map<string, StoredMessage[]>();
  for (const message of inside) {
    const { upperMessageId: upper = messageId } = message;
    const place = ids.has(upper) ? upper : messageId;
    below.set(place, [...(below.get(place) ?? []), message]);
  }
  const seen = new Set<StoredMessage>();
  const listed: Nested[] = [];
  const list = (upper: string, depth: number) => {
    for (const message of byTime(below.get(upper) ?? [])) {
      if (seen.has(message)) continue;
      seen.add(message);
      listed.push({ message, depth });
      if (depth < DEEPEST) list(message.messageId, depth + 1);
    }
  };
  list(messageId, 0);
  // Two that say of each other to be within the other one.
  const lost = inside.filter((message) => !seen.has(message)).map((message) => ({ message, depth: 0 }));
  return [...listed, ...lost];
}

/** One without a time stays behind the one before it. */
function byTime(messages: StoredMessage[]): StoredMessage[] {
  let last = 0;
  const timed = messages.map((message) => {
    last = message.at ?? last;
    return { message, at: last };
  });
  return timed.sort((a, b) => a.at - b.at).map(({ message }) => message);
}

function wordsIn({ isRecalled, unreadCard: unread, text }: StoredMessage): string {
  if (isRecalled) return "[recalled]";
  return unread ? `[${describeReason(unreadCard(unread))}]` : text;
}

async function namesOf({ bot }: Try, { names }: AnsweringParts, messages: StoredMessage[]) {
  const people = messages.filter(({ by }) => by === "person").map(({ senderId }) => senderId);
  const asked = [...new Set(people)].slice(0, MOST_NAMES);
  const found = await Promise.all(asked.map(async (id) => [id, await names.ofPerson(bot, id)] as const));
  return new Map<string, string>([[bot.appId, bot.name], ...found.filter(([, name]) => name !== "")]);
}
