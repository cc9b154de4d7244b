// Tries a proxy out for one bot: says whether the bot's cloud answers through it.
import { z } from "zod";
import { openBotSecret } from "@/lib/bots/credentials";
import { originOf } from "@/lib/bots/domains";
import { enteredProxy } from "@/lib/bots/proxy";
import type { BotRow } from "@/lib/db/schema";
import { describeReason } from "@/lib/errors";
import { proxyOf, reach } from "@/lib/feishu/network";
import { proxyName } from "@/lib/feishu/proxy";
import type { Sealer } from "@/lib/sealing";
import { type Locale, translate } from "@/lib/text/translate";

export const proxyTestSchema = z
  .object({ ok: z.boolean(), ms: z.int().optional(), detail: z.string() })
  .meta({ id: "ProxyTest" });
export type ProxyTest = z.infer<typeof proxyTestSchema>;

/** `entered` as `proxySchema` takes it; undefined: the bot's stored one. Without any, the way that its calls go now. */
export async function testProxy(
  sealer: Sealer,
  bot: BotRow,
  entered: string | null | undefined,
  locale: Locale,
): Promise<ProxyTest> {
  if (bot.domain === "sandbox") return { ok: false, detail: translate(locale, "proxyTest.sandbox") };
  const stored = openBotSecret(sealer, bot, "proxy");
  const own = entered === undefined ? stored : enteredProxy(entered, stored);
  const origin = originOf(bot.domain, undefined);
  const answer = await reach(origin, own);
  if (!answer.ok) return { ok: false, detail: describeReason(answer.reason, locale) };
  const { ms } = answer;
  const { host } = new URL(origin);
  const proxy = proxyOf(origin, own);
  const detail = proxy
    ? translate(locale, "proxyTest.through", { host, proxy: proxyName(proxy), ms })
    : translate(locale, "proxyTest.direct", { host, ms });
  return { ok: true, ms, detail };
}
