"use client";
import { Stethoscope } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useBot } from "@/app/_components/bot/bot-frame";
import type { Doctoring } from "@/app/_components/bot/use-doctor";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Section } from "@/app/_components/parts/section";
import { Shape } from "@/app/_components/parts/shape";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Check } from "@/lib/doctor/telling";

const CheckRow = dynamic(() => import("@/app/_components/bot/check-row").then((module) => module.CheckRow));
const Cure = dynamic(() => import("@/app/_components/bot/cure").then((module) => module.Cure));

const GROUPS = ["app", "delivery", "network"] as const;
type Group = (typeof GROUPS)[number];

const GROUP_OF: Record<Check["id"], Group> = {
  credentials: "app",
  bot: "app",
  scopes: "app",
  console: "app",
  connection: "delivery",
  clients: "delivery",
  events: "delivery",
  webhook: "delivery",
  dns: "network",
  tls: "network",
  proxy: "network",
  clock: "network",
};

const isWrong = ({ status }: Check) => status === "fail" || status === "warn";
const byWeight = (a: Check, b: Check) => Number(a.status !== "fail") - Number(b.status !== "fail");

/** Looks the bot over when asked: what is wrong first, each with its cure; then the rest, by what it is about. */
export function Doctor({ doctor, onGuide }: { doctor: Doctoring; onGuide?: (() => void) | undefined }) {
  const t = useTranslations("ui.bot.doctor");
  const { report, pending, failure, look } = doctor;
  const wrong = report?.checks.filter(isWrong).toSorted(byWeight) ?? [];
  const others = report?.checks.filter((check) => !isWrong(check)) ?? [];
  const sum = report && t("sum", { fail: count(wrong, "fail"), warn: count(wrong, "warn") });
  return (
    <Section
      id="doctor"
      title={t("title")}
      hint={sum ?? t("text")}
      action={
        <div className="flex gap-2">
          {onGuide && (
            <Button size="small" look="quiet" onClick={onGuide}>
              {t("guide")}
            </Button>
          )}
          <Button size="small" busy={pending} onClick={() => look()}>
            {!pending && <Stethoscope className="size-3.5" aria-hidden="true" />}
            {t(report ? "again" : "check")}
          </Button>
        </div>
      }
    >
      <Failure of={failure} />
      <p className="text-small text-ink-3" role="status">
        {pending ? t("checking") : sum && <span className="sr-only">{sum}</span>}
      </p>
      {report && (
        <div className="grid gap-4">
          {wrong.length > 0 && <WrongOnes checks={wrong} onMended={() => look()} />}
          <div className="grid grid-cols-1 gap-x-8 gap-y-4 huge:grid-cols-3">
            {GROUPS.map((group) => (
              <GroupOf key={group} group={group} checks={others.filter(({ id }) => GROUP_OF[id] === group)} />
            ))}
          </div>
          <p className="text-small text-ink-3">
            {t("checked")}
            <TimeAgo at={report.at} />
          </p>
        </div>
      )}
    </Section>
  );
}

const count = (checks: Check[], status: Check["status"]) => checks.filter((check) => check.status === status).length;

function WrongOnes({ checks, onMended }: { checks: Check[]; onMended: () => void }) {
  const { bot } = useBot();
  return (
    <ul className="border-t" aria-live="polite">
      {checks.map((check) => (
        <CheckRow key={check.id} check={check} cure={<Cure bot={bot} check={check} onMended={onMended} />} />
      ))}
    </ul>
  );
}

/** What needs nothing: a line each, the details behind it. */
function GroupOf({ group, checks }: { group: Group; checks: Check[] }) {
  const t = useTranslations("ui.bot.doctor");
  if (checks.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-small font-medium text-ink-3">{t(`groups.${group}`)}</h3>
      <ul className="border-t">
        {checks.map((check) => (
          <li key={check.id} className="border-b py-1.5 text-table" data-check={check.id} data-status={check.status}>
            <p className="flex items-center gap-2">
              <span className={check.status === "pass" ? "text-ok" : "text-off"}>
                <Shape of={check.status === "pass" ? "tick" : "ring"} />
              </span>
              <span className="font-medium">{check.title}</span>
              <span className="sr-only">{t(check.status)}</span>
            </p>
            <p className="pl-5 text-small text-pretty text-ink-2 wrap-anywhere">{check.detail}</p>
            {check.fix && <p className="pl-5 text-small text-pretty wrap-anywhere">{check.fix}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
