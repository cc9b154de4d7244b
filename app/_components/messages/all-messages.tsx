"use client";
import { useTranslations } from "next-intl";
import { LogView } from "@/app/_components/messages/log-view";
import { isFiltered, type LogFilter, NO_FILTER } from "@/app/_components/messages/statuses";
import { useAddress } from "@/app/_components/messages/use-address";
import { type EventPage, useLog } from "@/app/_components/messages/use-log";
import { LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";
import { PageHead } from "@/app/_components/parts/page-head";
import { useIsWhole } from "@/app/_components/parts/use-whole";
import { useCounts } from "@/app/_components/shell/counts";

type AllMessagesProps = { first: EventPage; filter: LogFilter; bots: { id: string; name: string }[] };

/** The log of all bots; what is asked of it stands in the address, so that it can be shared and come back to. */
export function AllMessages({ first, filter: begin, bots }: AllMessagesProps) {
  const t = useTranslations("ui.messages");
  const log = useLog(first, begin);
  const { filter } = log;
  const { waiting, failed } = useCounts();
  useAddress(filter, { withBot: true });
  const choices = useIsWhole() ? bots : bots.filter(({ id }) => id === filter.botId);
  const isOfAll = filter.botId === undefined && !isFiltered(filter);
  const isEmpty = first.events.length === 0 && log.events.length === 0 && log.waiting === 0 && isOfAll;
  return (
    <>
      <PageHead
        title={isEmpty ? t("allNone") : t("allTitle", { waiting, failed })}
        sub={
          failed > 0 &&
          filter.status !== "failed" && (
            <button
              type="button"
              onClick={() => log.setFilter({ ...NO_FILTER, status: "failed" })}
              className="text-accent-ink underline underline-offset-2"
            >
              {t("showFailed")}
            </button>
          )
        }
      />
      {isEmpty ? (
        <Empty title={t("emptyTitle")} action={<LinkButton href="/sandbox">{t("writeInSandbox")}</LinkButton>}>
          {t("emptyAll")}
        </Empty>
      ) : (
        <LogView log={log} names={new Map(bots.map(({ id, name }) => [id, name]))}>
          <select
            aria-label={t("columns.bot")}
            value={filter.botId ?? ""}
            onChange={(event) => log.setFilter({ ...filter, botId: event.target.value || undefined })}
            className="h-8.5 max-w-52 rounded-control border border-line-strong bg-bg px-2 text-table max-wide:text-[1rem]"
          >
            <option value="">{t("allBots")}</option>
            {choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </LogView>
      )}
    </>
  );
}
