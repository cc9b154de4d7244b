// Holds the images that models are shown, for as long as a conversation about them may go on: the newest, up to a size.
import { Semaphore } from "@/lib/async";
import { sniff } from "@/lib/documents/sniff";
import type { Reason } from "@/lib/errors";
import type { FeishuApis } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";
import { downloadResource, type ResourceRef, ResourceTooLarge } from "@/lib/feishu/resources";

const LARGEST_IMAGE_BYTES = 10 * 1024 * 1024;
const MOST_KEPT_BYTES = 48 * 1024 * 1024;
const AT_ONCE = 4;
const AT_ONCE_PER_BOT = 3;

export type Picture = { bytes: Buffer; mediaType: string };
type BotVersion = { id: string; credentialsVersion: number };

export class Pictures {
  readonly #apis: FeishuApis;
  /** Oldest first. */
  readonly #kept = new Map<string, Picture>();
  #keptBytes = 0;
  readonly #turns = new Semaphore({ atOnce: AT_ONCE, atOncePerKey: AT_ONCE_PER_BOT });

  constructor(apis: FeishuApis) {
    this.#apis = apis;
  }

  /** Why it cannot be had, where it cannot. Throws when asking again may mend it, and the signal's reason. */
  async of(bot: BotVersion, ref: ResourceRef, signal: AbortSignal): Promise<Picture | Reason> {
    const key = `${bot.id} ${ref.messageId} ${ref.key}`;
    const known = this.#kept.get(key);
    if (known) return known;
    return this.#turns.run(() => this.#fetch(key, bot, ref, signal), { key: bot.id, signal });
  }

  async #fetch(key: string, bot: BotVersion, ref: ResourceRef, signal: AbortSignal): Promise<Picture | Reason> {
    const known = this.#kept.get(key); // another question about it may have fetched it meanwhile
    if (known) return known;
    try {
      const bytes = await downloadResource(await this.#apis.of(bot), ref, LARGEST_IMAGE_BYTES, signal);
      const sniffed = sniff(bytes);
      if (sniffed.kind !== "image") return { code: "reading.imageFormat" };
      const picture = { bytes, mediaType: sniffed.mediaType };
      this.#keep(key, picture);
      return picture;
    } catch (error) {
      return problemOf(error, { name: "the image", megabytes: LARGEST_IMAGE_BYTES / 1024 / 1024 });
    }
  }

  #keep(key: string, picture: Picture): void {
    // Two questions about it may have fetched it at the same time.
    this.#keptBytes -= this.#kept.get(key)?.bytes.length ?? 0;
    this.#kept.set(key, picture);
    this.#keptBytes += picture.bytes.length;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#keptBytes <= MOST_KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
  }
}

const NO_SCOPE_CODES = new Set([99991672, 230027, 234004]);

/** Why Feishu does not give something out. Throws what may be mended by asking again, or is no answer of Feishu's. */
export function problemOf(error: unknown, { name, megabytes }: { name: string; megabytes: number }): Reason {
  if (error instanceof ResourceTooLarge) return { code: "reading.tooLarge", params: { name, megabytes } };
  if (!(error instanceof FeishuError)) throw error;
  const { kind, feishuCode: code = 0, feishuMessage: message = "" } = error;
  if (kind === "network" || kind === "rate-limit" || kind === "credentials") throw error;
  if (NO_SCOPE_CODES.has(code)) return { code: "reading.noPermission", params: { name } };
  return { code: "reading.refused", params: { name, code, message } };
}
