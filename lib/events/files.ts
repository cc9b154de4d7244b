// Reads a file that somebody sent: fetches it from Feishu and has it read, a few at a time.
import { Semaphore } from "@/lib/async";
import { readDocument } from "@/lib/documents/read-document";
import { sniff } from "@/lib/documents/sniff";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { downloadResource } from "@/lib/feishu/resources";
import type { Belonging } from "@/lib/responders/belonging";
import { problemOf } from "@/lib/responders/pictures";

const LARGEST_FILE_BYTES = 20 * 1024 * 1024;
const AT_ONCE = 3; // each is held in memory
const AT_ONCE_PER_BOT = 2;

const turns = new Semaphore({ atOnce: AT_ONCE, atOncePerKey: AT_ONCE_PER_BOT });

/** Throws the reason of who wants it no longer, and what a later try may mend. */
export function readFile(work: Try, parts: AnsweringParts, file: Belonging): Promise<Belonging> {
  const signal = AbortSignal.any([work.lease.signal, work.stop]);
  return turns.run(() => read(work, parts, file, signal), { key: work.bot.id, signal });
}

async function read(work: Try, parts: AnsweringParts, file: Belonging, signal: AbortSignal): Promise<Belonging> {
  const name = file.name ?? "";
  const ref = { messageId: file.messageId, key: file.key ?? "", type: "file" as const };
  let bytes: Buffer;
  try {
    bytes = await downloadResource(await parts.apis.of(work.bot), ref, LARGEST_FILE_BYTES, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { ...file, problem: problemOf(error, { name, megabytes: LARGEST_FILE_BYTES / 1024 / 1024 }) };
  }
  const found = { ...file, bytes: bytes.length };
  if (sniff(bytes).kind === "image") return { ...found, kind: "image", detail: { isFile: true } };
  const result = await readDocument(bytes, name, { signal, botId: work.bot.id });
  if (!result.ok) return { ...found, problem: result.reason };
  const { text, isCut, isDamaged, pages } = result.document;
  const more = { ...(isDamaged ? { isDamaged } : {}), ...(pages === undefined ? {} : { pages }) };
  return { ...found, text, detail: { isCut, ...more } };
}
