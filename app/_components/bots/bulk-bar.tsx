"use client";
import { X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { type Bulk, useBulk } from "@/app/_components/bots/use-bulk";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";

type BulkBarProps = {
  bots: readonly LiveBot[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onMoved: (botId: string, change: { useWebSocket: boolean }) => void;
};

/** What can be done with the chosen bots, how far it is, and which could not be switched. */
export function BulkBar({ bots, selected, onSelect, onMoved }: BulkBarProps) {
  const t = useTranslations("ui.bots.bulk");
  const { bulk, isRunning, start, forget } = useBulk(onMoved);
  const [asks, setAsks] = useState(false);
  const chosen = bots.filter(({ bot }) => selected.has(bot.id)).map(({ bot }) => bot);
  const begin = (action: Bulk["action"]) => {
    setAsks(false);
    onSelect(new Set());
    void start(action, chosen);
  };
  return (
    <>
      {bulk && chosen.length === 0 ? (
        <Bar onClose={isRunning ? undefined : forget} closeLabel={t("close")}>
          <Outcome bulk={bulk} isRunning={isRunning} />
        </Bar>
      ) : (
        chosen.length > 0 && (
          <Bar onClose={() => onSelect(new Set())} closeLabel={t("clear")}>
            <span className="mr-auto font-medium">{t("selected", { count: chosen.length })}</span>
            <Button disabled={isRunning} onClick={() => begin("connect")}>
              {t("connect")}
            </Button>
            <Button disabled={isRunning} onClick={() => (chosen.length > 1 ? setAsks(true) : begin("disconnect"))}>
              {t("disconnect")}
            </Button>
          </Bar>
        )
      )}
      <Confirm
        open={asks}
        onClose={() => setAsks(false)}
        question={t("question", { count: chosen.length })}
        consequence={t("consequence")}
        action={t("disconnect")}
        perform={async () => begin("disconnect")}
      />
    </>
  );
}

type BarProps = { children: ReactNode; onClose: (() => void) | undefined; closeLabel: string };

const Bar = ({ children, onClose, closeLabel }: BarProps) => (
  <section
    aria-label={closeLabel}
    data-layer=""
    className="fixed inset-x-3 bottom-[calc(4rem+env(safe-area-inset-bottom))] z-15 mx-auto flex max-w-[36rem] items-center gap-2 rounded-card border border-line-strong bg-raised px-4 py-2.5 text-table wide:bottom-6 wide:left-[216px]"
  >
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">{children}</div>
    {onClose && (
      <button
        type="button"
        aria-label={closeLabel}
        onClick={onClose}
        className="-mr-1.5 grid size-8.5 flex-none place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    )}
  </section>
);

function Outcome({ bulk: { action, total, done, failures }, isRunning }: { bulk: Bulk; isRunning: boolean }) {
  const t = useTranslations("ui.bots.bulk");
  const succeeded = done - failures.length;
  return (
    <div className="grid min-w-0 flex-1 gap-1.5">
      <div role="status" className="font-medium">
        {isRunning ? t(`${action}Progress`, { done, total }) : t(`${action}Done`, { count: succeeded })}
      </div>
      {isRunning && (
        <progress value={done} max={total} aria-hidden="true" className="h-1.5 w-full accent-accent-fill" />
      )}
      {failures.length > 0 && (
        <ul className="grid max-h-48 gap-1 overflow-y-auto" role="alert">
          {failures.map(({ bot, failure }) => (
            <li key={bot.id} className="text-pretty">
              <Link href={`/bots/${bot.id}`} className="font-medium text-bad hover:underline">
                {bot.name}
              </Link>
              : {failure.detail ?? t("unreachable")}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
