// Which scopes an app needs for what its bot is set to do, and which ones it has been granted.
import type { Behavior, Policy, Reply } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import type { FeishuApi, FeishuApis } from "@/lib/feishu/api";
import { APP_SCOPES } from "@/lib/feishu/app-needs";
import { FeishuError } from "@/lib/feishu/errors";
import { HISTORY_SCOPES } from "@/lib/feishu/history";

export type ScopeNeed = {
  use:
    | "direct"
    | "mentions"
    | "groups"
    | "sending"
    | "growing"
    | "reactions"
    | "history"
    | "groupHistory"
    | "attachments"
    | "groupQuotes";
  /** Any one of them is enough; the first is the narrowest that is usual. */
  anyOf: readonly string[];
  /** Without the others a bot works, with something less. */
  isRequired: boolean;
};

const ALL_OF_GROUPS = "im:message.group_msg";
const MENTIONS = ["im:message.group_at_msg:readonly", "im:message.group_at_msg", ALL_OF_GROUPS];

/** What a bot with these settings needs. */
export function neededScopes(policy: Policy, reply: Reply, behavior: Partial<Behavior> = {}): ScopeNeed[] {
  const hearsDirect = policy.directMessages !== "none";
  const hearsGroups = policy.groups !== "none";
  const hearsAll = policy.groups === "all" || policy.groups === "allowlist";
  const reads = reply.kind === "ai" || reply.kind === "http";
  const needs: (ScopeNeed | false)[] = [
    hearsDirect && {
      use: "direct",
      anyOf: ["im:message.p2p_msg:readonly", "im:message.p2p_msg"],
      isRequired: true,
    },
    hearsGroups && { use: "mentions", anyOf: MENTIONS, isRequired: true },
    hearsAll && { use: "groups", anyOf: [ALL_OF_GROUPS], isRequired: true },
    reply.kind !== "none" && {
      use: "sending",
      anyOf: ["im:message:send_as_bot", "im:message", "im:message:send"],
      isRequired: true,
    },
    Boolean(behavior.reaction) && {
      use: "reactions",
      anyOf: ["im:message.reactions:write_only", "im:message"],
      isRequired: false,
    },
    grows(reply) && { use: "growing", anyOf: ["cardkit:card:write"], isRequired: false },
    reads && { use: "attachments", anyOf: HISTORY_SCOPES.anyOf, isRequired: false },
    reads && hearsGroups && { use: "groupQuotes", anyOf: [HISTORY_SCOPES.groups], isRequired: false },
    { use: "history", anyOf: HISTORY_SCOPES.anyOf, isRequired: false },
    hearsGroups && { use: "groupHistory", anyOf: [HISTORY_SCOPES.groups], isRequired: false },
  ];
  return needs.filter((need) => need !== false);
}

/** Services of one's own, Dify and Coze write in a stream; a workflow of n8n's answers as a whole. */
const grows = (reply: Reply): boolean =>
  reply.kind === "http" ? reply.protocol !== "n8n" : reply.kind === "ai" && reply.stream;

/** Those of the needs that no granted scope meets. */
export const missingScopes = (needs: ScopeNeed[], granted: ReadonlySet<string>): ScopeNeed[] =>
  needs.filter(({ anyOf }) => !anyOf.some((scope) => granted.has(scope)));

type ScopesAnswer = {
  code?: number;
  data?: { scopes?: { scope_name?: string; grant_status?: number; scope_type?: string }[] };
};

const GRANTED = 1;

/** Null when the answer holds no list. Throws a `FeishuError`. */
export async function readGrantedScopes(api: FeishuApi): Promise<Set<string> | null> {
  const { data } = await api.call((client) =>
    client.request<ScopesAnswer>({ method: "GET", url: "/open-apis/application/v6/scopes" }),
  );
  if (!data?.scopes) return null;
  const granted = data.scopes.filter(
    ({ grant_status, scope_type = "tenant" }) => grant_status === GRANTED && scope_type === "tenant",
  );
  return new Set(granted.flatMap(({ scope_name }) => scope_name ?? []));
}

/** What the bot's app should be given: what its settings miss, or, where that cannot be read, everything. */
export async function scopesToAdd(apis: FeishuApis, bot: BotRow): Promise<string[]> {
  const needs = neededScopes(bot.policy, bot.reply, bot.behavior);
  const granted = await grantedTo(apis, bot);
  const missing = (granted ? missingScopes(needs, granted) : needs).flatMap(({ anyOf }) => anyOf[0] ?? []);
  return [...new Set(granted && missing.length > 0 ? missing : [...APP_SCOPES, ...missing])].sort();
}

async function grantedTo(apis: FeishuApis, bot: BotRow): Promise<Set<string> | null> {
  try {
    return await readGrantedScopes(await apis.of(bot));
  } catch (error) {
    if (error instanceof FeishuError) return null;
    throw error;
  }
}
