"use client";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useDuration } from "@/app/_components/messages/duration";
import { useCapped } from "@/app/_components/parts/capped";
import { MOST_COUNTED } from "@/lib/overview/limits";
import type { Overview } from "@/lib/overview/schemas";

type FiguresProps = { up: number; wished: number; messages: Overview["messages"] | undefined };

/** How much, how many, how soon; each figure leads to what it counts. */
export function Figures({ up, wished, messages }: FiguresProps) {
  const t = useTranslations("ui.overview.figures");
  const { number } = useFormatter();
  const capped = useCapped();
  const failed = messages?.failed ?? 0;
  return (
    <dl className="mb-9 grid grid-cols-2 border-y wide:grid-cols-4" aria-label={t("label")}>
      <Figure name={t("up")} href="/bots">
        {number(up)} <Minor>/ {number(wished)}</Minor>
      </Figure>
      <Figure name={t("today")} href="/messages">
        {messages ? number(messages.today) : <Coming />}
      </Figure>
      <Figure name={t("median")} href="/messages?status=done">
        {messages ? <Median ms={messages.medianAnswerMs} /> : <Coming />}
      </Figure>
      <Figure name={t("waiting")} href={failed > 0 ? "/messages?status=failed" : "/messages?status=pending"}>
        {messages ? (
          <>
            {capped(messages.waiting, MOST_COUNTED)} <Minor>+ </Minor>
            <span className={failed > 0 ? "text-bad" : "text-heading font-normal text-ink-3"}>
              {capped(failed, MOST_COUNTED)}
            </span>
          </>
        ) : (
          <Coming />
        )}
      </Figure>
    </dl>
  );
}

function Median({ ms }: { ms: number | null }) {
  const none = useTranslations("ui.overview.figures")("none");
  const duration = useDuration();
  return ms === null ? <Minor>{none}</Minor> : duration(ms);
}

/** A figure that is on its way. */
const Coming = () => (
  <span aria-hidden="true" className="inline-block h-[0.7em] w-14 animate-breathe rounded-small bg-line" />
);

const Minor = ({ children }: { children: ReactNode }) => (
  <span className="text-heading font-normal text-ink-3">{children}</span>
);

function Figure({ name, href, children }: { name: string; href: string; children: ReactNode }) {
  return (
    <div className="relative flex min-w-0 flex-col-reverse justify-end px-5 py-3.5 wide:border-l wide:first:border-l-0 wide:first:pl-0 max-wide:px-3 max-wide:odd:pl-0 max-wide:odd:border-r max-wide:nth-[n+3]:border-t">
      <dt className="text-table text-ink-2">
        <Link href={href} className="after:absolute after:inset-0 hover:text-accent-ink">
          {name}
        </Link>
      </dt>
      <dd className="text-hero font-semibold tracking-tight">{children}</dd>
    </div>
  );
}
