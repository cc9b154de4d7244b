// Seals a bot's secrets into its row and opens them again.

import { originOf } from "@/lib/bots/domains";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { BotRow } from "@/lib/db/schema";
import type { Sealer } from "@/lib/sealing";

export type BotSecret = "app-secret" | "verification-token" | "encrypt-key" | "reply-secret" | "proxy";

const COLUMNS = {
  "app-secret": "sealedAppSecret",
  "verification-token": "sealedVerificationToken",
  "encrypt-key": "sealedEncryptKey",
  "reply-secret": "sealedReplySecret",
  proxy: "sealedProxy",
} as const satisfies Record<BotSecret, keyof BotRow>;

const place = (botId: string, secret: BotSecret) => `bots/${botId}/${secret}`;

export const sealBotSecret = (sealer: Sealer, botId: string, secret: BotSecret, plain: string): string =>
  sealer.seal(plain, place(botId, secret));

/** Undefined when the bot has no such secret. */
export function openBotSecret(sealer: Sealer, row: BotRow, secret: BotSecret): string | undefined {
  const sealed = row[COLUMNS[secret]];
  return sealed ? sealer.unseal(sealed, place(row.id, secret)) : undefined;
}

/** All that the bot has; what cannot be opened any more is of use to nobody. */
export const botSecrets = (sealer: Sealer, row: BotRow): string[] =>
  (Object.keys(COLUMNS) as BotSecret[]).flatMap((secret) => {
    try {
      return openBotSecret(sealer, row, secret) ?? [];
    } catch {
      return [];
    }
  });

export function openCredentials(sealer: Sealer, row: BotRow, sandboxOrigin: string | undefined): BotCredentials {
  // The simulated cloud lives in this very process.
  const proxy = row.domain === "sandbox" ? null : openBotSecret(sealer, row, "proxy");
  return {
    appId: row.appId,
    appSecret: openBotSecret(sealer, row, "app-secret") ?? "",
    origin: originOf(row.domain, sandboxOrigin),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
