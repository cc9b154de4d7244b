// Knows the apps of the cloud: their credentials, their settings in the "developer console", their access tokens.
import { randomId, stableId } from "@/lib/sandbox/ids";

/** Keys that are absent keep their value when an app is registered again; `null` takes a value away. */
export interface AppRegistration {
  appId: string;
  appSecret: string;
  name?: string;
  /** Whose it is: one owner's apps share what place there is for files. */
  owner?: string;
  verificationToken?: string | null;
  encryptKey?: string | null;
  /** With an address events are pushed there, without one they go over the long connection. */
  webhookUrl?: string | null;
  /** Granted scopes; without a list every scope is granted. */
  scopes?: readonly string[] | null;
  /** Subscribed event types; without a list every type is subscribed. */
  subscribedEvents?: readonly string[] | null;
  /** An app whose version was never published receives no events. */
  published?: boolean;
}

export interface SandboxApp {
  readonly appId: string;
  readonly appSecret: string;
  readonly name: string;
  readonly owner: string;
  /** The bot's own open_id. */
  readonly openId: string;
  readonly unionId: string;
  readonly serviceId: number;
  readonly verificationToken: string;
  readonly encryptKey: string | null;
  readonly webhookUrl: string | null;
  readonly scopes: readonly string[] | null;
  readonly subscribedEvents: readonly string[] | null;
  readonly published: boolean;
}

interface AccessToken {
  value: string;
  appId: string;
  expiresAt: number;
}

// Feishu hands out the same token again while it lives for at least 30 more minutes.
const TOKEN_REUSE_MS = 30 * 60_000;

export class AppRegistry {
  readonly #apps = new Map<string, SandboxApp>();
  readonly #tokens = new Map<string, AccessToken>();

  register(input: AppRegistration): SandboxApp {
    const known = this.#apps.get(input.appId);
    const app: SandboxApp = {
      appId: input.appId,
      appSecret: input.appSecret,
      name: input.name ?? known?.name ?? "Sandbox bot",
      owner: input.owner ?? known?.owner ?? input.appId,
      openId: stableId("ou_", "bot", input.appId),
      unionId: stableId("on_", "bot", input.appId),
      serviceId: 33_554_432 + (Number.parseInt(stableId("", input.appId).slice(0, 4), 16) || 1),
      verificationToken: keep(input.verificationToken, known?.verificationToken) ?? stableId("", "vt", input.appId),
      encryptKey: keep(input.encryptKey, known?.encryptKey),
      webhookUrl: keep(input.webhookUrl, known?.webhookUrl),
      scopes: keep(input.scopes, known?.scopes),
      subscribedEvents: keep(input.subscribedEvents, known?.subscribedEvents),
      published: input.published ?? known?.published ?? true,
    };
    this.#apps.set(app.appId, app);
    return app;
  }

  remove(appId: string): boolean {
    this.revokeTokens(appId);
    return this.#apps.delete(appId);
  }

  get(appId: string): SandboxApp | undefined {
    return this.#apps.get(appId);
  }

  require(appId: string): SandboxApp {
    const app = this.#apps.get(appId);
    if (!app) throw new Error(`No app ${appId} in the sandbox: register it first.`);
    return app;
  }

  byBotOpenId(openId: string): SandboxApp | undefined {
    for (const app of this.#apps.values()) if (app.openId === openId) return app;
    return undefined;
  }

  list(): SandboxApp[] {
    return [...this.#apps.values()];
  }

  issueToken(appId: string, lifeSeconds: number): { token: string; expire: number } {
    const now = Date.now();
    let newest: AccessToken | undefined;
    for (const token of this.#tokens.values()) {
      if (token.expiresAt <= now) this.#tokens.delete(token.value);
      else if (token.appId === appId && token.expiresAt > (newest?.expiresAt ?? 0)) newest = token;
    }
    if (!newest || newest.expiresAt - now < TOKEN_REUSE_MS) {
      newest = { value: randomId("t-"), appId, expiresAt: now + lifeSeconds * 1000 };
      this.#tokens.set(newest.value, newest);
    }
    return { token: newest.value, expire: Math.ceil((newest.expiresAt - now) / 1000) };
  }

  appOfToken(value: string): SandboxApp | undefined {
    const token = this.#tokens.get(value);
    return token && token.expiresAt > Date.now() ? this.#apps.get(token.appId) : undefined;
  }

  /** Every token handed out so far stops working. */
  revokeTokens(appId: string): void {
    for (const token of this.#tokens.values()) if (token.appId === appId) this.#tokens.delete(token.value);
  }
}

function keep<T>(given: T | null | undefined, known: T | null | undefined): T | null {
  return given === undefined ? (known ?? null) : given;
}
