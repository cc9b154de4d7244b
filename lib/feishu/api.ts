// Calls Feishu's OpenAPI as one bot: one access token for all concurrent calls, renewed once when Feishu finds it stale.
import { type Cache, Client, type HttpInstance, LoggerLevel } from "@larksuiteoapi/node-sdk";
import type { BotCredentials } from "@/lib/bots/schemas";
import { AppError } from "@/lib/errors";
import { asFeishuError, type FeishuAnswer, type FeishuError, refusal, STALE_TOKEN_CODES } from "@/lib/feishu/errors";
import { createHttp } from "@/lib/feishu/network";
import { KeptSecret } from "@/lib/kept-secret";
import type { Logger } from "@/lib/logger";

const MAX_CLIENTS = 100; // a client of the SDK (1.74) takes 240 KB
const MAX_BOTS = 1_000;

type BotVersion = { id: string; credentialsVersion: number };

export type FeishuApisOptions = {
  loadCredentials(botId: string): Promise<BotCredentials | null>;
  logger: Logger;
};

/** One `FeishuApi` a bot, made when first needed and anew with each change of its credentials. */
export class FeishuApis {
  readonly #options: FeishuApisOptions;
  /** Least recently used first. */
  readonly #apis = new Map<string, { version: number; api: Promise<FeishuApi> }>();
  readonly #withClient = new Set<FeishuApi>();
  /** For all bots without a proxy of their own. */
  readonly #http = createHttp();

  constructor(options: FeishuApisOptions) {
    this.#options = options;
  }

  /** Throws `not_found` when the bot is gone. */
  async of(bot: BotVersion): Promise<FeishuApi> {
    const known = this.#apis.get(bot.id);
    const entry =
      known?.version === bot.credentialsVersion ? known : { version: bot.credentialsVersion, api: this.#make(bot.id) };
    this.#apis.delete(bot.id);
    this.#apis.set(bot.id, entry);
    entry.api.catch(() => {
      if (this.#apis.get(bot.id) === entry) this.#apis.delete(bot.id);
    });
    const [oldest] = this.#apis.keys();
    if (this.#apis.size > MAX_BOTS && oldest) this.#apis.delete(oldest);
    const api = await entry.api;
    this.#keepClient(api);
    return api;
  }

  async #make(botId: string): Promise<FeishuApi> {
    const credentials = await this.#options.loadCredentials(botId);
    if (!credentials) throw new AppError("not_found", "notFound.bot");
    const http = credentials.proxy === undefined ? this.#http : createHttp(credentials.proxy);
    return new FeishuApi(credentials, http, this.#options.logger.child({ botId }));
  }

  #keepClient(api: FeishuApi): void {
    this.#withClient.delete(api);
    this.#withClient.add(api);
    const [oldest] = this.#withClient;
    if (this.#withClient.size <= MAX_CLIENTS || !oldest) return;
    this.#withClient.delete(oldest);
    oldest.dropClient();
  }
}

export class FeishuApi {
  readonly #credentials: BotCredentials;
  readonly #http: ReturnType<typeof createHttp>;
  readonly #logger: Logger;
  readonly #tokens = new TokenCache();
  #client: Client | undefined;
  #fetching: Promise<unknown> | undefined;

  constructor(credentials: BotCredentials, http: ReturnType<typeof createHttp>, logger: Logger) {
    this.#credentials = credentials;
    this.#http = http;
    this.#logger = logger;
  }

  /** Gives the answer of `call`; throws a `FeishuError` for everything but code 0, whatever the HTTP status. */
  async call<T extends FeishuAnswer>(call: (client: Client) => Promise<T>): Promise<T> {
    const stale = await this.#token();
    try {
      return await this.#checked(call);
    } catch (error) {
      const { feishuCode } = this.#asError(error);
      if (feishuCode === undefined || !STALE_TOKEN_CODES.has(feishuCode)) throw error;
      // Another call may have renewed it meanwhile: only the token that was refused is thrown away.
      if (this.#tokens.value === stale) this.#tokens.clear();
      await this.#token();
      return this.#checked(call);
    }
  }

  /** Frees the SDK's client; the next call makes another, the access token stays. */
  dropClient(): void {
    this.#client = undefined;
  }

  async #checked<T extends FeishuAnswer>(call: (client: Client) => Promise<T>): Promise<T> {
    let answer: T;
    try {
      answer = await call(this.#open());
    } catch (error) {
      throw this.#asError(error);
    }
    // The SDK hands back HTTP 200 with a code other than 0 like a success (1.74).
    if (answer?.code !== 0) throw this.#asError(refusal(answer ?? {}, { status: 200 }));
    return answer;
  }

  // The SDK asks for a token once per concurrent call (1.74): ask before it does, so that it finds one.
  async #token(): Promise<string | undefined> {
    if (this.#tokens.value === undefined) {
      this.#fetching ??= this.#open()
        .tokenManager.getTenantAccessToken()
        .finally(() => {
          this.#fetching = undefined;
        });
      try {
        await this.#fetching;
      } catch (error) {
        throw this.#asError(error);
      }
    }
    return this.#tokens.value;
  }

  #asError(error: unknown): FeishuError {
    const { origin, proxy, appSecret } = this.#credentials;
    return asFeishuError(error, origin, proxy).without(new KeptSecret(appSecret, this.#tokens.value));
  }

  #open(): Client {
    this.#client ??= new Client({
      appId: this.#credentials.appId,
      appSecret: this.#credentials.appSecret,
      domain: this.#credentials.origin,
      // Its own: the SDK's default cache is keyed by the App ID alone, whatever the cloud and the secret.
      cache: this.#tokens,
      httpInstance: this.#http as unknown as HttpInstance,
      loggerLevel: LoggerLevel.warn,
      logger: sdkLogger(this.#logger),
    });
    return this.#client;
  }
}

/** The one access token of one bot. */
class TokenCache implements Cache {
  #token: { value: string; expiresAt: number } | undefined;

  get value(): string | undefined {
    return this.#token && this.#token.expiresAt > Date.now() ? this.#token.value : undefined;
  }

  async get(): Promise<string | undefined> {
    return this.value;
  }

  async set(_key: string | symbol | object, value: string, expiresAt = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.#token = { value, expiresAt };
    return true;
  }

  clear(): void {
    this.#token = undefined;
  }
}

// Every error also reaches the caller: the SDK's own lines are for debugging, and only their words, since the objects
// in them carry the whole request.
function sdkLogger(logger: Logger) {
  const line = (message: unknown[]) =>
    logger.debug(
      {
        sdk: message
          .flat(3)
          .map((part) => (part instanceof Error ? part.message : typeof part === "string" ? part : "")),
      },
      "the SDK says",
    );
  return { error: line, warn: line, info: line, debug: line, trace: line };
}
