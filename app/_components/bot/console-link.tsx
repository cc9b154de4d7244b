import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import type { Bot } from "@/lib/bots/schemas";

// Where each cloud's developers keep their apps.
const CONSOLES: Record<string, string> = {
  feishu: "https://open.feishu.cn/app",
  lark: "https://open.larksuite.com/app",
};

type ConsoleLinkProps = { bot: Pick<Bot, "domain" | "appId">; page: "event" | "version"; children: ReactNode };

/** To the app's page in the developer console; only the words where the cloud has none that is known. */
export function ConsoleLink({ bot, page, children }: ConsoleLinkProps) {
  const home = CONSOLES[bot.domain];
  if (!home) return children;
  return (
    <a
      href={`${home}/${bot.appId}/${page}`}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-accent-ink hover:underline"
    >
      {children}
      <ExternalLink className="size-3" aria-hidden="true" />
    </a>
  );
}
