"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Shape } from "@/app/_components/parts/shape";
import { Switch } from "@/app/_components/parts/switch";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { AlertRule, AlertTest } from "@/lib/alerts/schemas";

type AlertRowProps = { rule: AlertRule; onEdit: () => void; onDelete: () => void };

export function AlertRow({ rule, onEdit, onDelete }: AlertRowProps) {
  const t = useTranslations("ui.alerts");
  const router = useRouter();
  const testing = useRequest();
  const switching = useRequest();
  const [tested, setTested] = useState<{ result: AlertTest; updatedAt: string } | null>(null);
  // What a trial said of an alert before it was changed is no longer true.
  const result = tested?.updatedAt === rule.updatedAt ? tested.result : null;
  const test = () => {
    setTested(null);
    return testing.run(async () => {
      const result = await call<AlertTest>("POST", `/api/alerts/${rule.id}/test`);
      setTested({ result, updatedAt: rule.updatedAt });
      router.refresh();
    });
  };
  const turn = (enabled: boolean) =>
    switching.run(async () => {
      await call("PATCH", `/api/alerts/${rule.id}`, { enabled });
      router.refresh();
    });
  const { name } = rule;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-2 border-b py-3.5">
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium wrap-anywhere">{name}</span>
          <span className="text-small text-ink-2 wrap-anywhere">
            {t(`channelNames.${rule.channel}`)} · {rule.target}
          </span>
          {!rule.enabled && <span className="text-small text-ink-3">{t("offNote")}</span>}
        </div>
        <Watched rule={rule} />
        <Last rule={rule} isTested={result !== null} />
        <Open rule={rule} />
      </div>
      <Switch checked={rule.enabled} onChange={turn} busy={switching.pending} label={t("switchThing", { name })} />
      <div className="col-span-full grid gap-2" aria-live="polite">
        <span className="inline-flex flex-wrap gap-2">
          <Button size="small" busy={testing.pending} aria-label={t("testThing", { name })} onClick={test}>
            {t("test")}
          </Button>
          <Button size="small" aria-label={t("editThing", { name })} onClick={onEdit}>
            {t("edit")}
          </Button>
          <Button size="small" aria-label={t("deleteThing", { name })} onClick={onDelete}>
            {t("delete")}
          </Button>
        </span>
        <Failure of={testing.failure ?? switching.failure} />
        {result && (
          <p className={`flex items-start gap-1.5 text-small text-pretty ${result.ok ? "text-ok" : "text-bad"}`}>
            <Shape of={result.ok ? "tick" : "triangle"} className="mt-1 size-3" />
            <span className="min-w-0 wrap-anywhere">{result.ok ? t("taken") : result.problem}</span>
          </p>
        )}
      </div>
    </li>
  );
}

function Watched({ rule: { bot, owner, conditions } }: { rule: AlertRule }) {
  const t = useTranslations("ui.alerts");
  const told = [
    conditions.error && t("conditions.error"),
    conditions.silentMinutes !== null && t("conditions.silent", { minutes: conditions.silentMinutes }),
    conditions.failedMessages && t("conditions.failed"),
    conditions.recovered && t("conditions.recovered"),
  ].filter(Boolean);
  return (
    <p className="text-table text-ink-2 wrap-anywhere">
      {bot?.name ?? t("every", { owner: owner.name })} · {told.join(t("comma"))}
    </p>
  );
}

/** A test tells what came of it itself. */
function Last({ rule: { sentAt, error, enabled }, isTested }: { rule: AlertRule; isTested: boolean }) {
  const t = useTranslations("ui.alerts");
  return (
    <>
      <p className="text-small text-ink-3">
        {t("told")}
        {sentAt ? <TimeAgo at={sentAt} /> : t("never")}
      </p>
      {error && enabled && !isTested && (
        <p className="flex items-start gap-1.5 text-small text-pretty text-bad">
          <Shape of="triangle" className="mt-1 size-3" />
          <span className="min-w-0 wrap-anywhere">{t("failed", { problem: error })}</span>
        </p>
      )}
    </>
  );
}

function Open({ rule: { troubles } }: { rule: AlertRule }) {
  const t = useTranslations("ui.alerts");
  if (troubles.length === 0) return null;
  return (
    <ul aria-label={t("open")} className="grid gap-0.5 text-table">
      {troubles.map(({ bot, condition, since, toldAt }) => (
        <li key={`${bot.id} ${condition}`} className="flex flex-wrap items-baseline gap-x-1.5">
          <Shape of="triangle" className="size-2.5 text-bad" />
          <Link prefetch={false} href={`/bots/${bot.id}`} className="font-medium hover:text-accent-ink">
            {bot.name}
          </Link>
          <span>{t(`openItem.${condition}`)}</span>
          <span className="text-small text-ink-3">
            {t("since")} <TimeAgo at={since} />
            {!toldAt && ` · ${t("willBeTold")}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
