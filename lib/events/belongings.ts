// Gathers what belongs to a message: what it quotes and forwards, its images and files; and reads what can be read.
import { eq } from "drizzle-orm";
import { belongings } from "@/lib/db/belonging-tables";
import type { Database } from "@/lib/db/client";
import { describeReason } from "@/lib/errors";
import { messageOf } from "@/lib/events/envelope";
import { readFile } from "@/lib/events/files";
import { forwardOf, quotedBy } from "@/lib/events/quotes";
import { cleanText } from "@/lib/events/storable";
import type { AnsweringParts, EarlierMessage, Try } from "@/lib/events/try";
import { attachmentsOf } from "@/lib/feishu/attachments";
import { type Belonging, belongingOf, readBelongings } from "@/lib/responders/belonging";

export type Depth = "names" | "texts";

const MOST = 40;
const MOST_FILES = 5;

/** Failures are part of the result, but for those that a later try may mend. What was found is stored with the event. */
export async function gather(work: Try, parts: AnsweringParts, depth: Depth): Promise<Belonging[]> {
  const { event, trace } = work;
  const isKnown = trace.count("quoted") + trace.count("read") + trace.count("unread") > 0;
  if (isKnown) return (await readBelongings(parts.db, [event.id])).get(event.id) ?? [];
  const { message = {} } = messageOf(event.payload);
  const messageId = event.messageId ?? "";
  const quoted = message.parent_id ? await quotedBy(work, parts, message.parent_id) : [];
  const forwarded = message.message_type === "merge_forward" ? [await forwardOf(work, parts, messageId)] : [];
  const own = [...work.earlier, { messageId, payload: event.payload }].flatMap(attachedTo);
  const all = [...quoted, ...forwarded, ...own].slice(0, MOST);
  if (all.length === 0) return [];
  const read = depth === "texts" ? await readFiles(work, parts, all) : all;
  for (const { kind, name, problem } of read) {
    const what = name ?? kind;
    if (problem) trace.add("unread", describeReason(problem));
    else if (kind === "quote" || kind === "forward") trace.add("quoted", name ?? undefined);
    else if (kind === "file" && depth === "texts") trace.add("read", what);
  }
  await store(parts.db, event.id, read);
  return read;
}

function attachedTo({ messageId, payload }: EarlierMessage): Belonging[] {
  const { message_type: type, content } = messageOf(payload).message ?? {};
  return attachmentsOf(type, content).map((part) => belongingOf(messageId, part));
}

async function readFiles(work: Try, parts: AnsweringParts, all: Belonging[]): Promise<Belonging[]> {
  const read: Belonging[] = [];
  let files = 0;
  for (const belonging of all) {
    if (belonging.kind === "file" && belonging.text === null && belonging.problem === null) {
      files += 1;
      const name = belonging.name ?? "";
      const isTooMany = files > MOST_FILES;
      read.push(
        isTooMany
          ? { ...belonging, problem: { code: "reading.tooManyFiles", params: { name } } }
          : await readFile(work, parts, belonging),
      );
    } else if (belonging.kind === "audio" || belonging.kind === "video" || belonging.kind === "sticker") {
      read.push({ ...belonging, problem: { code: `reading.${belonging.kind}` } });
    } else read.push(belonging);
  }
  return read;
}

async function store(db: Database, eventId: number, found: Belonging[]): Promise<void> {
  const rows = found.map((belonging, position) => ({
    ...belonging,
    eventId,
    position,
    name: belonging.name === null ? null : cleanText(belonging.name),
    text: belonging.text === null ? null : cleanText(belonging.text),
  }));
  await db.transaction(async (tx) => {
    await tx.delete(belongings).where(eq(belongings.eventId, eventId));
    await tx.insert(belongings).values(rows);
  });
}
