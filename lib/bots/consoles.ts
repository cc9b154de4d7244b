// Where each cloud's developers keep their apps. Also for the browser: it imports nothing.
const CONSOLES: Record<string, string> = {
  feishu: "https://open.feishu.cn/app",
  lark: "https://open.larksuite.com/app",
};

/** The app's pages in the developer console that a cure may be on. */
export type ConsolePage = "baseinfo" | "bot" | "auth" | "event" | "version";

/** Undefined where the cloud has no console that is known. */
export function consolePage(bot: { domain: string; appId: string }, page: ConsolePage): string | undefined {
  const home = CONSOLES[bot.domain];
  return home && `${home}/${bot.appId}/${page}`;
}
