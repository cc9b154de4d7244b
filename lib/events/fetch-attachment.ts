// Fetches an image or a file of an event's message from Feishu, for people and programs that may see the event.
import { Readable } from "node:stream";
import type { BotRow } from "@/lib/db/schema";
import { sniff } from "@/lib/documents/sniff";
import { AppError } from "@/lib/errors";
import type { Fetchable } from "@/lib/events/attachments";
import type { FeishuApis } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";
import { downloadResource, openResource, ResourceTooLarge } from "@/lib/feishu/resources";

const LARGEST_IMAGE_BYTES = 10 * 1024 * 1024;
const LARGEST_FILE_BYTES = 100 * 1024 * 1024; // Feishu gives no more
const LIMIT_MS = 300_000;
const AT_ONCE = 16;

export type FetchedAttachment = { body: BodyInit; mediaType: string; isImage: boolean; bytes: number | undefined };

let running = 0;

/** Throws `too_large`, `rate_limited` while too many are fetched, `unprocessable` for what Feishu refuses, `unavailable`. */
export async function fetchAttachment(
  apis: FeishuApis,
  bot: Pick<BotRow, "id" | "credentialsVersion">,
  { ref, kind }: Fetchable,
  signal: AbortSignal,
): Promise<FetchedAttachment> {
  if (running >= AT_ONCE) throw new AppError("rate_limited", "attachment.busy", { retryAfterSeconds: 2 });
  running += 1;
  let isHandedOn = false;
  const done = () => {
    running -= 1;
  };
  try {
    const api = await apis.of(bot);
    if (kind === "image") {
      const bytes = await downloadResource(api, ref, LARGEST_IMAGE_BYTES, signal);
      const sniffed = sniff(bytes);
      const isImage = sniffed.kind === "image";
      const mediaType = isImage ? sniffed.mediaType : OCTETS;
      return { body: new Uint8Array(bytes), mediaType, isImage, bytes: bytes.length };
    }
    const { stream, bytes } = await openResource(api, ref);
    if ((bytes ?? 0) > LARGEST_FILE_BYTES) {
      stream.destroy();
      throw new ResourceTooLarge();
    }
    isHandedOn = true;
    stream.once("close", done);
    return { body: passedOn(stream, signal), mediaType: OCTETS, isImage: false, bytes };
  } catch (error) {
    throw asAppError(error);
  } finally {
    if (!isHandedOn) done();
  }
}

const OCTETS = "application/octet-stream";

/** Not held in memory; ended where it grows beyond what Feishu says that it gives, or nobody reads it. */
function passedOn(stream: Readable, signal: AbortSignal): ReadableStream {
  let size = 0;
  const end = () => stream.destroy();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  limit.addEventListener("abort", end, { once: true });
  stream.once("close", () => limit.removeEventListener("abort", end));
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_FILE_BYTES) stream.destroy(new ResourceTooLarge());
  });
  stream.pause();
  return Readable.toWeb(stream) as ReadableStream;
}

function asAppError(error: unknown): unknown {
  if (error instanceof ResourceTooLarge) return new AppError("too_large", "attachment.tooLarge", { cause: error });
  if (!(error instanceof FeishuError)) return error;
  if (error.kind === "network" || error.feishuCode === undefined) {
    return new AppError("unavailable", "attachment.unavailable", { cause: error });
  }
  const params = { code: error.feishuCode, message: error.feishuMessage ?? "" };
  return new AppError("unprocessable", "attachment.refused", { params, cause: error });
}
