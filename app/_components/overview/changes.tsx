"use client";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { useDuration } from "@/app/_components/messages/duration";
import { useClockTime } from "@/app/_components/overview/clock-time";
import { useCause } from "@/app/_components/overview/use-cause";
import { Section } from "@/app/_components/parts/section";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import type { Happening } from "@/lib/overview/schemas";

const LOOKS: Record<Happening["kind"] | "back", { shape: ShapeName; colour: string }> = {
  connected: { shape: "dot", colour: "text-ok" },
  back: { shape: "dot", colour: "text-ok" },
  moved: { shape: "dot", colour: "text-ok" },
  lost: { shape: "half", colour: "text-warn" },
  failed: { shape: "triangle", colour: "text-bad" },
  off: { shape: "ring", colour: "text-off" },
};

/** What happened to the bots' connections, newest first; a loss and its end are one line. */
export function Changes({ changes }: { changes: readonly Happening[] }) {
  const t = useTranslations("ui.overview.changes");
  const format = useFormatter();
  const clock = useClockTime({ withDate: true });
  const words = useSentence();
  return (
    <Section title={t("title")}>
      {changes.length === 0 && <p className="border-t py-8 text-ink-2">{t("none")}</p>}
      <ul className="border-t empty:hidden">
        {changes.map((change) => {
          const { shape, colour } = LOOKS[change.backAt ? "back" : change.kind];
          return (
            <li
              key={change.id}
              className="grid grid-cols-[auto_0.75rem_1fr] items-baseline gap-x-3 border-b py-2 text-table"
            >
              <time
                dateTime={change.at}
                title={format.dateTime(new Date(change.at), { dateStyle: "medium", timeStyle: "medium" })}
                className="min-w-10 text-small text-ink-3"
              >
                {clock(change.at)}
              </time>
              <span className={colour}>
                <Shape of={shape} className="size-2.5" />
              </span>
              <p className="min-w-0 text-pretty wrap-anywhere">{words(change)}</p>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function useSentence() {
  const t = useTranslations("ui.overview.changes");
  const causeOf = useCause();
  const duration = useDuration();
  return (change: Happening) => {
    const { botId, botName, others = 0, kind, at, backAt, reasonCode } = change;
    const cause = causeOf(reasonCode);
    const who = t.rich("who", {
      name: botName,
      others,
      b: (name) => (
        <Link href={`/bots/${botId}`} prefetch={false} className="font-medium hover:text-accent-ink">
          {name}
        </Link>
      ),
    });
    const values = { who: () => who, count: others + 1, cause: cause ?? "", instance: change.instance || "none" };
    const back = backAt && t("back", { time: duration(Date.parse(backAt) - Date.parse(at)) });
    return (
      <>
        {t.rich(keyOf(kind, Boolean(backAt), Boolean(cause)), values)}
        {back}
      </>
    );
  };
}

function keyOf(kind: Happening["kind"], isBack: boolean, hasCause: boolean) {
  if (kind === "lost") return hasCause ? "lost" : "lostOnly";
  if (kind === "connected") return hasCause ? "connectedFor" : "connected";
  if (kind !== "failed") return kind;
  if (isBack) return hasCause ? "failedThen" : "failedThenOnly";
  return hasCause ? "failed" : "failedOnly";
}
