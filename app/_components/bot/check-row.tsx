"use client";
import { ExternalLink } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import type { Check } from "@/lib/doctor/telling";

const LOOKS: Record<Check["status"], { shape: ShapeName; colour: string }> = {
  pass: { shape: "tick", colour: "text-ok" },
  warn: { shape: "half", colour: "text-warn" },
  fail: { shape: "triangle", colour: "text-bad" },
  skip: { shape: "ring", colour: "text-off" },
};

/** One finding: what was seen, the cure, and the button or link that leads to it. */
export function CheckRow({ check, cure }: { check: Check; cure?: ReactNode }) {
  const t = useTranslations("ui.bot.doctor");
  const { shape, colour } = LOOKS[check.status];
  return (
    <li
      className="grid grid-cols-[5.75rem_1fr] gap-3 border-b py-2 text-table max-wide:grid-cols-[5.25rem_1fr]"
      data-check={check.id}
      data-status={check.status}
    >
      <span className={`inline-flex h-5 items-center gap-1.5 whitespace-nowrap ${colour}`}>
        <Shape of={shape} />
        {t(check.status)}
      </span>
      <div className="grid min-w-0 justify-items-start gap-0.5">
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
        {cure}
      </div>
    </li>
  );
}
