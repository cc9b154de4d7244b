"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { BackLink } from "@/app/_components/parts/back-link";
import type { Neighbour, Neighbours } from "@/lib/events/neighbours";

/** Where a trace was opened: the log's address, and what stands before and after the event there. */
export type TraceLog = Neighbours & {
  address: string;
  isFiltered: boolean;
  /** Keeps the way back in the address of the next trace. */
  query: string;
};

export function TraceNav({ log: { address, isFiltered, query, newer, older } }: { log: TraceLog }) {
  const t = useTranslations("ui.trace");
  return (
    <nav className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <BackLink href={address}>{t(isFiltered ? "backFiltered" : "back")}</BackLink>
      <span className="flex gap-4">
        <Next to={newer} query={query}>
          <ChevronLeft className="size-3.5" aria-hidden="true" />
          {t("newer")}
        </Next>
        <Next to={older} query={query}>
          {t("older")}
          <ChevronRight className="size-3.5" aria-hidden="true" />
        </Next>
      </span>
    </nav>
  );
}

function Next({ to, query, children }: { to: Neighbour | undefined; query: string; children: ReactNode }) {
  if (!to) return null;
  return (
    <Link
      href={`/bots/${to.botId}/messages/${to.id}${query}`}
      prefetch={false}
      className="tap flex items-center gap-0.5 rounded-small text-table text-ink-3 hover:text-ink"
    >
      {children}
    </Link>
  );
}
