"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Switch } from "@/app/_components/parts/switch";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Deeds } from "@/app/_components/sandbox/use-deeds";
import type { RoomFault, RoomHead } from "@/lib/sandbox/room-shapes";

const GROUPS = {
  connection: ["drop", "silence", "refuse", "busy", "limit", "credentials"],
  events: ["repeat", "repeatMessage", "loseAck", "slow"],
  api: ["slowApi", "loseAnswer", "rateLimit", "apiDown", "tokenExpiry", "cardRefusal"],
} as const;

/** These happen once and are over. */
const MOMENTS: readonly RoomFault[] = ["drop", "repeat", "repeatMessage", "tokenExpiry"];

type FaultsProps = { active: RoomHead["faults"]; deeds: Deeds };

/** What can go wrong between a bot and its cloud, and what lasts of it. */
export function Faults({ active, deeds }: FaultsProps) {
  const t = useTranslations("ui.sandbox.faults");
  const { pending, failure, run } = useRequest();
  const disturb = (fault: RoomFault, end = false) => run(() => deeds.disturb(fault, end));
  return (
    <section aria-label={t("title")} className="grid gap-3">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h2>{t("title")}</h2>
        {active.length > 0 && (
          <Button look="primary" size="small" busy={pending} onClick={() => disturb("heal")}>
            {t("heal")}
          </Button>
        )}
      </div>
      <p className="text-small text-pretty text-ink-3">{t("text")}</p>
      <Failure of={failure} />
      {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
        <details key={group} open={group === "connection" || undefined} className="group/faults border-t pt-2">
          <summary className="text-table font-medium text-ink-2">{t(`groups.${group}`)}</summary>
          <ul className="mt-2 grid gap-2.5">
            {GROUPS[group].map((fault) => (
              <FaultRow
                key={fault}
                fault={fault}
                active={active.find((each) => each.fault === fault)}
                onBegin={() => disturb(fault)}
                onEnd={() => disturb(fault, true)}
              />
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

type Kind = (typeof GROUPS)[keyof typeof GROUPS][number];
type FaultRowProps = {
  fault: Kind;
  active: RoomHead["faults"][number] | undefined;
  onBegin: () => void;
  onEnd: () => void;
};

function FaultRow({ fault, active, onBegin, onEnd }: FaultRowProps) {
  const t = useTranslations("ui.sandbox.faults");
  const isMoment = MOMENTS.includes(fault);
  return (
    <li
      className="grid grid-cols-[1fr_auto] items-start gap-x-3"
      data-fault={fault}
      data-active={active ? true : undefined}
    >
      <span className={`text-table ${active ? "font-medium text-warn" : ""}`}>
        {t(`${fault}.do`)}
        {active && active.hits > 0 && <span className="text-small"> {t("hits", { count: active.hits })}</span>}
      </span>
      {isMoment ? (
        <Button size="small" onClick={onBegin} aria-label={t(`${fault}.do`)}>
          {t("once")}
        </Button>
      ) : (
        <Switch checked={active !== undefined} label={t(`${fault}.do`)} onChange={(on) => (on ? onBegin() : onEnd())} />
      )}
      <p className="col-span-2 text-small text-pretty text-ink-3">{t(`${fault}.text`)}</p>
    </li>
  );
}
