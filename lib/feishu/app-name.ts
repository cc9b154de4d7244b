// What an app is called in Feishu.
import type { BotCredentials } from "@/lib/bots/schemas";
import { FeishuApi } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";
import { createHttp } from "@/lib/feishu/network";
import type { Logger } from "@/lib/logger";

const LONGEST = 100;

type BotInfo = { code?: number; bot?: { app_name?: string } };

/** Undefined where Feishu does not tell. */
export async function readAppName(credentials: BotCredentials, logger: Logger): Promise<string | undefined> {
  const api = new FeishuApi(credentials, createHttp(credentials.proxy), logger);
  try {
    const info = await api.call((client) => client.request<BotInfo>({ method: "GET", url: "/open-apis/bot/v3/info" }));
    return info.bot?.app_name?.trim().slice(0, LONGEST) || undefined;
  } catch (error) {
    if (error instanceof FeishuError) return undefined;
    throw error;
  }
}
