// The tokens that come with a card callback: with one a bot may change the card later, twice, within 30 minutes.
import { randomId } from "@/lib/sandbox/ids";

const LIFE_MS = 30 * 60_000;
const USES = 2;
const TOKENS_KEPT = 5_000;

interface CardToken {
  appId: string;
  messageId: string;
  expiresAt: number;
  usesLeft: number;
}

export class CardTokens {
  readonly #tokens = new Map<string, CardToken>();

  issue(appId: string, messageId: string): string {
    const token = randomId("c-");
    this.#tokens.set(token, { appId, messageId, expiresAt: Date.now() + LIFE_MS, usesLeft: USES });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > TOKENS_KEPT && oldest !== undefined) this.#tokens.delete(oldest);
    return token;
  }

  /** The message to change; `undefined` when the token is unknown, used up, expired or another app's. */
  use(appId: string, token: string): string | undefined {
    const found = this.#tokens.get(token);
    if (!found || found.appId !== appId || found.expiresAt <= Date.now() || found.usesLeft === 0) return undefined;
    found.usesLeft -= 1;
    return found.messageId;
  }
}
