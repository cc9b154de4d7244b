// Fetches the bytes of an image or a file out of a message, within a size and a time.
import type { Readable } from "node:stream";
import type { FeishuApi } from "@/lib/feishu/api";
import { type FeishuAnswer, FeishuError, refusal } from "@/lib/feishu/errors";

const LIMIT_MS = 60_000;
const REFUSAL_BYTES = 64 * 1024;

export type ResourceRef = { messageId: string; key: string; type: "image" | "file" };

export class ResourceTooLarge extends Error {}

export type OpenResource = { stream: Readable; bytes: number | undefined };

/** Whoever gets the stream reads it or destroys it. Throws a `FeishuError`. */
export async function openResource(api: FeishuApi, { messageId, key, type }: ResourceRef): Promise<OpenResource> {
  const answer = await api.call(async (client) => {
    const download = await client.im.v1.messageResource
      .get({ path: { message_id: messageId, file_key: key }, params: { type } })
      .catch(async (error: unknown) => {
        throw await readRefusal(error);
      });
    return { code: 0, download };
  });
  const { getReadableStream, headers } = answer.download;
  const length = Number(
    new Headers(Object.entries(headers ?? {}).map(([k, v]) => [k, String(v)])).get("content-length"),
  );
  return { stream: getReadableStream(), bytes: length > 0 ? length : undefined };
}

/** Throws `ResourceTooLarge`, a `FeishuError`, or the signal's reason. */
export async function downloadResource(
  api: FeishuApi,
  ref: ResourceRef,
  limitBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const signals = AbortSignal.any([AbortSignal.timeout(LIMIT_MS), ...(signal ? [signal] : [])]);
  try {
    const { stream, bytes = 0 } = await openedBefore(signals, openResource(api, ref));
    const end = () => stream.destroy(new Error("The download was given up."));
    signals.addEventListener("abort", end, { once: true });
    try {
      if (bytes > limitBytes) throw new ResourceTooLarge();
      return await collected(stream, limitBytes);
    } finally {
      signals.removeEventListener("abort", end);
      stream.destroy();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ResourceTooLarge || error instanceof FeishuError) throw error;
    throw new FeishuError({ kind: "network", reason: { code: "feishu.cutOff" }, cause: error });
  }
}

/** The SDK's call cannot be ended: a stream that comes after all is closed unread. */
async function openedBefore(signal: AbortSignal, opening: Promise<OpenResource>): Promise<OpenResource> {
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then(({ stream }) => stream.destroy()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function collected(stream: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new ResourceTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// The SDK (1.74) asks for a stream, and gets one for a refusal, too: its code has to be read out of it.
async function readRefusal(error: unknown): Promise<unknown> {
  const { response } = error as { response?: { status?: number; headers?: unknown; data?: unknown } };
  const body = response?.data as Readable | undefined;
  if (typeof body?.[Symbol.asyncIterator] !== "function") return error;
  try {
    const answer = JSON.parse((await collected(body, REFUSAL_BYTES)).toString("utf8")) as FeishuAnswer;
    return typeof answer.code === "number" ? refusal(answer, response) : error;
  } catch {
    body.destroy();
    return error;
  }
}
