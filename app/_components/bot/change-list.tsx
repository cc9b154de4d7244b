"use client";
import { useTranslations } from "next-intl";
import { StateMark } from "@/app/_components/bots/state-mark";
import { Section } from "@/app/_components/parts/section";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { ConnectionHistory } from "@/lib/connections/history";

const SHOWN = 12;

/** What happened to the connection, newest first. */
export function ChangeList({ changes, range }: { changes: ConnectionHistory["changes"]; range: string }) {
  const t = useTranslations("ui.bot");
  const newest = [...changes].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, SHOWN);
  return (
    <Section title={t("whatChanged")} hint={range}>
      <ul className="border-t">
        {newest.map((change) => (
          <li
            key={`${change.at}${change.state}`}
            className="grid grid-cols-[5.25rem_1fr] gap-3 border-b py-2 text-table"
          >
            <TimeAgo at={change.at} className="justify-self-start text-small leading-5 text-ink-3" />
            <div className="min-w-0">
              <StateMark
                isPast
                state={change.state === "disconnected" ? "off" : change.state}
                detail={
                  change.instance && change.state === "connected"
                    ? t("heldBy", { instance: change.instance })
                    : undefined
                }
              />
              {change.reason && <p className="text-small text-pretty text-ink-2">{change.reason}</p>}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
