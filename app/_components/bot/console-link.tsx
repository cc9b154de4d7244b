import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { type ConsolePage, consolePage } from "@/lib/bots/consoles";
import type { Bot } from "@/lib/bots/schemas";

type ConsoleLinkProps = { bot: Pick<Bot, "domain" | "appId">; page: ConsolePage; children: ReactNode };

/** To the app's page in the developer console; only the words where the cloud has none that is known. */
export function ConsoleLink({ bot, page, children }: ConsoleLinkProps) {
  const address = consolePage(bot, page);
  if (!address) return children;
  return (
    <a
      href={address}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-accent-ink underline underline-offset-2"
    >
      {children}
      <ExternalLink className="size-3" aria-hidden="true" />
    </a>
  );
}
