// Making an app by scanning a QR code: the OAuth device flow behind the SDK's `registerApp`.
import { gunzipSync } from "node:zlib";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { HttpAnswer } from "@/lib/sandbox/http";
import { randomDigits, randomId } from "@/lib/sandbox/ids";
import type { PersonRef } from "@/lib/sandbox/people";
import type { SandboxState } from "@/lib/sandbox/state";

export const REGISTRATION_PATH = "/oauth/v1/app/registration";

const LIFE_SECONDS = 600;
const REGISTRATIONS_KEPT = 1_000;

interface Registration {
  deviceCode: string;
  userCode: string;
  url: string;
  expiresAt: number;
  lastPollAt: number;
  state: "pending" | "approved" | "denied";
  /** What a poll says after approval. */
  result?: object;
}

export interface RegistrationView {
  userCode: string;
  /** What the QR code shows. */
  url: string;
  state: "pending" | "approved" | "denied";
}

type Brand = "feishu" | "lark";
type Scan = { name?: string; brand?: Brand; refuse?: boolean };

export class Registrations {
  readonly #state: SandboxState;
  readonly #byDeviceCode = new Map<string, Registration>();

  constructor(state: SandboxState) {
    this.#state = state;
  }

  list(): RegistrationView[] {
    return [...this.#byDeviceCode.values()].map(({ userCode, url, state }) => ({ userCode, url, state }));
  }

  /** The person scanned the code and agreed: an app is made for them. */
  approve(userCode: string, by: PersonRef, options: { name?: string; brand?: Brand } = {}): SandboxApp {
    const registration = this.#require(userCode);
    const app = this.#state.apps.register({
      appId: `cli_${randomId().slice(0, 16)}`,
      appSecret: randomId(),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    this.#succeed(registration, app, by, options.brand);
    return app;
  }

  /**
   * The person scanned what the QR code shows and agreed, or refused: what Feishu's page does with all that stands in the
   * link. With `clientID` that app is given more; else one is made. Undefined: refused.
   */
  scan(link: string, by: PersonRef, options: Scan = {}): SandboxApp | undefined {
    const { searchParams } = new URL(link);
    const userCode = searchParams.get("user_code") ?? "";
    if (options.refuse) {
      this.deny(userCode);
      return undefined;
    }
    const wish = wishIn(searchParams);
    const known = wish.appId === undefined ? undefined : this.#state.apps.require(wish.appId);
    const name = options.name ?? wish.name;
    const app = known ?? this.approve(userCode, by, { ...options, ...(name ? { name } : {}) });
    const granted = this.#state.apps.register({
      appId: app.appId,
      appSecret: app.appSecret,
      scopes: known?.scopes === null ? null : union(known?.scopes, wish.scopes),
      subscribedEvents: known?.subscribedEvents === null ? null : union(known?.subscribedEvents, wish.events),
    });
    if (known) this.#succeed(this.#require(userCode), granted, by, options.brand);
    return granted;
  }

  deny(userCode: string): void {
    this.#require(userCode).state = "denied";
  }

  answer(form: URLSearchParams): HttpAnswer {
    if (form.get("action") === "begin") return { status: 200, body: this.#begin() };
    if (form.get("action") === "poll") return this.#poll(form.get("device_code") ?? "");
    return refusal("invalid_request", "action is begin or poll");
  }

  #succeed(registration: Registration, app: SandboxApp, by: PersonRef, brand: Brand = "feishu"): void {
    registration.state = "approved";
    registration.result = {
      client_id: app.appId,
      client_secret: app.appSecret,
      user_info: { open_id: this.#state.people.person(by).openId, tenant_brand: brand },
    };
  }

  #begin(): object {
    const deviceCode = randomId();
    const userCode = randomDigits(8);
    const page = `${this.#state.origin}/page/launcher`;
    const url = `${page}?user_code=${userCode}`;
    const now = Date.now();
    for (const { deviceCode: code, expiresAt } of this.#byDeviceCode.values()) {
      if (expiresAt <= now || this.#byDeviceCode.size >= REGISTRATIONS_KEPT) this.#byDeviceCode.delete(code);
    }
    const expiresAt = now + LIFE_SECONDS * 1000;
    this.#byDeviceCode.set(deviceCode, { deviceCode, userCode, url, expiresAt, lastPollAt: 0, state: "pending" });
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: url,
      interval: this.#state.settings.registrationPollSeconds,
      expires_in: LIFE_SECONDS,
    };
  }

  #poll(deviceCode: string): HttpAnswer {
    const registration = this.#byDeviceCode.get(deviceCode);
    if (!registration || registration.expiresAt <= Date.now()) return refusal("expired_token", "the code is expired");
    if (registration.state === "denied") return refusal("access_denied", "the person refused");
    if (registration.result) return { status: 200, body: registration.result };
    // Half the interval: a timer of the client may run a little fast.
    const isHasty = Date.now() - registration.lastPollAt < this.#state.settings.registrationPollSeconds * 500;
    registration.lastPollAt = Date.now();
    if (isHasty) return refusal("slow_down", "polled too often");
    return refusal("authorization_pending", "nobody has scanned the code");
  }

  #require(userCode: string): Registration {
    for (const registration of this.#byDeviceCode.values()) {
      if (registration.userCode === userCode) return registration;
    }
    throw new Error(`No registration with the code ${userCode} in the sandbox.`);
  }
}

/** What a link asks the person for. Like Feishu's page it drops addons that it cannot read as a whole. */
function wishIn(params: URLSearchParams) {
  const appId = params.get("createOnly") === "true" ? undefined : (params.get("clientID") ?? undefined);
  const name = params.get("name") ?? undefined;
  try {
    const packed = Buffer.from(params.get("addons") ?? "", "base64url");
    const { scopes, events } = JSON.parse(gunzipSync(packed).toString()) as {
      scopes?: { tenant?: string[] };
      events?: { items?: { tenant?: string[] } };
    };
    return { appId, name, scopes: scopes?.tenant ?? [], events: events?.items?.tenant ?? [] };
  } catch {
    return { appId, name, scopes: [], events: [] };
  }
}

const union = (known: readonly string[] | undefined, more: readonly string[]): string[] => [
  ...new Set([...(known ?? []), ...more]),
];

/** RFC 8628: even "not yet" comes with HTTP 400. */
function refusal(error: string, description: string): HttpAnswer {
  return { status: 400, body: { error, error_description: description } };
}
