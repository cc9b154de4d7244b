"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Going } from "@/app/_components/shell/going";

const TABS = [
  { name: "overview", path: "" },
  { name: "messages", path: "/messages" },
  { name: "replies", path: "/replies" },
  { name: "settings", path: "/settings" },
] as const;

export function BotTabs({ botId }: { botId: string }) {
  const t = useTranslations("ui.bot.tabs");
  const path = usePathname();
  const base = `/bots/${botId}`;
  const isHere = (tab: string) => (tab === "" ? path === base : path.startsWith(base + tab));
  return (
    <nav aria-label={t("label")} className="mb-6 flex flex-wrap gap-x-6 border-b">
      {TABS.map((tab) => (
        <Link
          key={tab.name}
          href={base + tab.path}
          aria-current={isHere(tab.path) ? "page" : undefined}
          className="relative -mb-px flex min-h-10 items-center border-b-2 border-transparent text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
        >
          {t(tab.name)}
          <span className="absolute -right-3 flex">
            <Going />
          </span>
        </Link>
      ))}
    </nav>
  );
}
