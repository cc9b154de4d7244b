// Knows what people and chats are called: asked rarely, and never worth waiting for.
import type { FeishuApi, FeishuApis } from "@/lib/feishu/api";

const LIMIT_MS = 2_000;
const KEPT_MS = 3_600_000;
const UNKNOWN_KEPT_MS = 300_000; // many apps have no right to ask
const MOST_KEPT = 5_000;

type BotVersion = { id: string; credentialsVersion: number };
type Known = { name: Promise<string>; until: number };

export class Names {
  readonly #apis: FeishuApis;
  /** Oldest first. */
  readonly #known = new Map<string, Known>();

  constructor(apis: FeishuApis) {
    this.#apis = apis;
  }

  /** Empty where Feishu does not tell. */
  ofPerson(bot: BotVersion, openId: string): Promise<string> {
    return this.#of(bot, openId, async (api) => {
      const answer = await api.call((client) =>
        client.contact.v3.user.get({ path: { user_id: openId }, params: { user_id_type: "open_id" } }),
      );
      return answer.data?.user?.name;
    });
  }

  /** Empty where Feishu does not tell. */
  ofChat(bot: BotVersion, chatId: string): Promise<string> {
    return this.#of(bot, chatId, async (api) => {
      const answer = await api.call((client) => client.im.v1.chat.get({ path: { chat_id: chatId } }));
      return answer.data?.name;
    });
  }

  #of(bot: BotVersion, id: string, ask: (api: FeishuApi) => Promise<string | undefined>): Promise<string> {
    const key = `${bot.id} ${id}`;
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.name;
    const entry: Known = { name: Promise.resolve(""), until: Date.now() + KEPT_MS };
    const unknown = () => {
      entry.until = Date.now() + UNKNOWN_KEPT_MS;
      return "";
    };
    const asked = this.#apis.of(bot).then(ask);
    entry.name = within(LIMIT_MS, asked).then((name) => name || unknown(), unknown);
    this.#known.delete(key);
    this.#known.set(key, entry);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KEPT && oldest !== undefined) this.#known.delete(oldest);
    return entry.name;
  }
}

async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
