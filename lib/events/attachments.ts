// Shows what belongs to an event's message, and finds what may be fetched of it.
import type { Database } from "@/lib/db/client";
import type { EventRow } from "@/lib/db/schema";
import { AppError, describeReason, notFound } from "@/lib/errors";
import { messageOf } from "@/lib/events/envelope";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import type { EventAttachment, EventQuote } from "@/lib/events/schemas";
import { attachmentsOf } from "@/lib/feishu/attachments";
import type { ResourceRef } from "@/lib/feishu/resources";
import { type Belonging, belongingOf, readBelongings, resourceTypeOf } from "@/lib/responders/belonging";
import type { Locale } from "@/lib/text/translate";

/** What is known of it; where nobody has looked yet, what the message itself says. */
async function belongingsOf(db: Database, event: EventRow): Promise<Belonging[]> {
  if (event.eventType !== MESSAGE_RECEIVED || event.messageId === null) return [];
  const known = (await readBelongings(db, [event.id])).get(event.id);
  if (known) return known;
  const { message_type: type, content } = messageOf(event.payload).message ?? {};
  return attachmentsOf(type, content).map((part) => belongingOf(event.messageId ?? "", part));
}

const isQuote = ({ kind }: Belonging): boolean => kind === "quote" || kind === "forward";

export async function showBelongings(
  db: Database,
  event: EventRow,
  locale: Locale,
): Promise<{ quoted?: EventQuote; attachments: EventAttachment[] }> {
  const all = await belongingsOf(db, event);
  const quoted = all.find(isQuote);
  return {
    ...(quoted ? { quoted: showQuote(quoted, locale) } : {}),
    attachments: all.filter((one) => !isQuote(one)).map((one) => showAttachment(one, event, locale)),
  };
}

function showQuote({ kind, messageId, name, text, problem, detail }: Belonging, locale: Locale): EventQuote {
  return {
    kind: kind === "forward" ? "forward" : "quote",
    messageId,
    ...(detail.by ? { by: detail.by } : {}),
    ...(name ? { name } : {}),
    ...(text ? { text } : {}),
    ...(problem ? { problem: describeReason(problem, locale) } : {}),
  };
}

function showAttachment(belonging: Belonging, event: EventRow, locale: Locale): EventAttachment {
  const { kind, key, name, bytes, text, problem, detail, messageId } = belonging;
  return {
    of: messageId === event.messageId ? "message" : "quoted",
    kind: kind as EventAttachment["kind"],
    key: key ?? "",
    ...(name ? { name } : {}),
    ...(bytes === null ? {} : { bytes }),
    ...(text === null ? {} : { characters: text.length }),
    ...(detail.isCut ? { isCut: true } : {}),
    ...(detail.isDamaged ? { isDamaged: true } : {}),
    ...(detail.pages === undefined ? {} : { pages: detail.pages }),
    ...(problem ? { problem: describeReason(problem, locale) } : {}),
  };
}

export type Fetchable = { ref: ResourceRef; kind: Belonging["kind"]; name: string | null };

/** Throws `not_found` for what does not belong to the event, `unprocessable` for what Feishu gives to nobody. */
export async function requireFetchable(db: Database, event: EventRow, key: string): Promise<Fetchable> {
  const found = (await belongingsOf(db, event)).find((one) => one.key === key);
  if (!found) throw notFound("attachment");
  if (found.kind === "sticker") throw new AppError("unprocessable", "attachment.sticker");
  return {
    ref: { messageId: found.messageId, key, type: resourceTypeOf(found) },
    kind: found.kind,
    name: found.name,
  };
}
