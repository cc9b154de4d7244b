"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Model } from "@/lib/models/schemas";

const LOOKS: Record<Model["health"], { shape: ShapeName; colour: string }> = {
  works: { shape: "dot", colour: "text-ok" },
  fails: { shape: "triangle", colour: "text-bad" },
  untested: { shape: "ring", colour: "text-off" },
};

/** What came of asking the model last, by a bot or by a test. */
export function ModelHealth({ model: { health, lastAskedAt, problem } }: { model: Model }) {
  const t = useTranslations("ui.models.healths");
  const { shape, colour } = LOOKS[health];
  return (
    <span className="grid min-w-0 gap-0.5" data-health={health}>
      <span className="inline-flex flex-wrap items-center gap-x-1.5 max-wide:justify-end">
        <span className={`inline-flex items-center gap-1.5 font-medium ${colour}`}>
          <Shape of={shape} className="size-3" />
          {t(health)}
        </span>
        {lastAskedAt && <TimeAgo at={lastAskedAt} className="text-small text-ink-3" />}
      </span>
      {problem && <span className="max-w-80 text-small text-pretty text-ink-2 wrap-anywhere">{problem}</span>}
    </span>
  );
}

/** The bots that answer with the model; those of others are only counted. */
export function ModelUses({ model: { bots, otherBots } }: { model: Model }) {
  const t = useTranslations("ui.models");
  if (bots.length + otherBots === 0) return <span className="text-ink-3">{t("unused")}</span>;
  return (
    <div className="min-w-0">
      {bots.length > 0 && (
        <details>
          <summary className="tap w-fit whitespace-nowrap max-wide:ml-auto">
            {t("botCount", { count: bots.length })}
          </summary>
          <ul className="mt-1 grid gap-0.5">
            {bots.map(({ id, name }) => (
              <li key={id}>
                <Link href={`/bots/${id}`} prefetch={false} className="wrap-anywhere text-accent-ink hover:underline">
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </details>
      )}
      {otherBots > 0 && <span className="text-small text-ink-3">{t("otherBots", { count: otherBots })}</span>}
    </div>
  );
}
