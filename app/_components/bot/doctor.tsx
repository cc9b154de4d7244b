"use client";
import { ExternalLink, Stethoscope } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Section } from "@/app/_components/parts/section";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Check } from "@/lib/doctor/telling";

type Report = { ok: boolean; checks: Check[] };

const LOOKS: Record<Check["status"], { shape: ShapeName; colour: string }> = {
  pass: { shape: "tick", colour: "text-ok" },
  warn: { shape: "half", colour: "text-warn" },
  fail: { shape: "triangle", colour: "text-bad" },
  skip: { shape: "ring", colour: "text-off" },
};

/** Looks the bot over when asked: what is right, what is missing, and the cure. */
export function Doctor() {
  const t = useTranslations("ui.bot.doctor");
  const { bot } = useBot();
  const { pending, failure, run } = useRequest();
  const [report, setReport] = useState<(Report & { at: string }) | null>(null);
  const check = () =>
    run(async () => {
      const answer = await call<Report>("POST", `/api/feishu/bots/${bot.id}/check`);
      setReport({ ...answer, at: new Date().toISOString() });
    });
  return (
    <Section
      title={t("title")}
      hint={report ? t(report.ok ? "fine" : "notFine") : t("text")}
      action={
        <Button size="small" busy={pending} onClick={check}>
          {!pending && <Stethoscope className="size-3.5" aria-hidden="true" />}
          {t("check")}
        </Button>
      }
    >
      <Failure of={failure} />
      <p className="text-small text-ink-3" role="status">
        {pending && t("checking")}
      </p>
      {report && (
        <>
          <ul className="border-t" aria-live="polite">
            {report.checks.map((each) => (
              <CheckRow key={each.id} check={each} />
            ))}
          </ul>
          <p className="mt-1.5 text-small text-ink-3">
            {t("checked")} <TimeAgo at={report.at} />
          </p>
        </>
      )}
    </Section>
  );
}

function CheckRow({ check }: { check: Check }) {
  const t = useTranslations("ui.bot.doctor");
  const { shape, colour } = LOOKS[check.status];
  return (
    <li
      className="grid grid-cols-[108px_1fr] max-wide:grid-cols-[84px_1fr] gap-3 border-b py-2 text-table"
      data-check={check.id}
    >
      <span className={`inline-flex h-5 items-center gap-1.5 whitespace-nowrap ${colour}`}>
        <Shape of={shape} />
        {t(check.status)}
      </span>
      <div className="min-w-0">
        <p className="font-medium">{check.title}</p>
        <p className="text-small text-pretty text-ink-2 wrap-anywhere">{check.detail}</p>
        {check.fix && <p className="text-small text-pretty wrap-anywhere">{check.fix}</p>}
        {check.link && (
          <a
            className="inline-flex items-center gap-1 text-small text-accent-ink hover:underline"
            href={check.link}
            target="_blank"
            rel="noreferrer"
          >
            {t("openConsole")}
            <ExternalLink className="size-3" aria-hidden="true" />
          </a>
        )}
      </div>
    </li>
  );
}
