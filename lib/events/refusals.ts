// What Feishu does not let a bot read of its chats' history: remembered, so that it is not asked again and again, and put into words.
import type { Reason } from "@/lib/errors";
import type { FeishuError } from "@/lib/feishu/errors";
import { HISTORY_SCOPES } from "@/lib/feishu/history";

type Chat = { chatId: string; chatType: string | null };
type Refusal = { reason: Reason; until: number };

// The app lacks the scope.
const SCOPE_CODES = new Set([99991672, 99991679]);
// The app has no bot ability.
const NO_BOT_CODE = 230006;
// In groups: the app lacks the scope for them.
const FORBIDDEN_CODE = 230027;

const ALL = "all";
const GROUPS = "groups";
const isGroup = ({ chatType }: Chat): boolean => chatType !== "p2p";

export class Refusals {
  #version = 0;
  /** By what is refused: everything, all groups, or one chat. */
  readonly #refusals = new Map<string, Refusal>();

  /** Any change of the bot is a reason to ask again. */
  renew(version: number): void {
    if (version !== this.#version) this.#refusals.clear();
    this.#version = version;
    for (const [what, { until }] of this.#refusals) if (until <= Date.now()) this.#refusals.delete(what);
  }

  covers(chat: Chat): boolean {
    return this.#has(ALL) || (isGroup(chat) && this.#has(GROUPS)) || this.#has(chat.chatId);
  }

  /** The one that a person should know of: what concerns a single chat, which the bot may have left, is none. */
  get standing(): Refusal | undefined {
    return this.#refusals.get(ALL) ?? this.#refusals.get(GROUPS);
  }

  add(chat: Chat, error: FeishuError, forMs: number): Reason {
    const [what, reason] = this.#verdict(chat, error);
    this.#refusals.set(what, { reason, until: Date.now() + forMs });
    return reason;
  }

  #verdict(chat: Chat, { feishuCode = 0, httpStatus, reason }: FeishuError): [what: string, Reason] {
    if (SCOPE_CODES.has(feishuCode)) {
      return [ALL, { code: "catchUp.noScope", params: { scopes: HISTORY_SCOPES.anyOf.join(", ") } }];
    }
    if (feishuCode === FORBIDDEN_CODE && isGroup(chat)) {
      return [GROUPS, { code: "catchUp.noGroupScope", params: { scope: HISTORY_SCOPES.groups } }];
    }
    if (feishuCode === NO_BOT_CODE) return [ALL, { code: "catchUp.noBot" }];
    return [httpStatus === 404 && !feishuCode ? ALL : chat.chatId, reason];
  }

  #has(what: string): boolean {
    return (this.#refusals.get(what)?.until ?? 0) > Date.now();
  }
}
