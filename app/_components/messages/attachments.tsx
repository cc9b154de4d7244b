"use client";
import { Download, FileText, ImageOff } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Section } from "@/app/_components/parts/section";
import { Shape } from "@/app/_components/parts/shape";
import type { EventAttachment, EventDetails } from "@/lib/events/schemas";

/** What the message quotes, and the images and files that belong to it. Whoever only has a link to it may not fetch them. */
export function Attachments({ event, isShared }: { event: Omit<EventDetails, "payload">; isShared: boolean }) {
  const t = useTranslations("ui.trace.attachments");
  const { quoted, attachments } = event;
  return (
    <Section title={t("title")}>
      <div className="mt-1 grid gap-3">
        {quoted && <Quote quoted={quoted} />}
        {attachments.length > 0 && (
          <ul className="flex flex-wrap gap-3">
            {attachments.map((attachment) => (
              <li key={`${attachment.of} ${attachment.key}`} className="min-w-0 max-w-full">
                <Attachment
                  attachment={attachment}
                  href={isShared ? undefined : `/api/feishu/events/${event.id}/resources/${attachment.key}`}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Quote({ quoted: { kind, by, name, text, problem } }: { quoted: NonNullable<EventDetails["quoted"]> }) {
  const t = useTranslations("ui.trace.attachments");
  const who = name ?? t(by === "app" ? "otherApp" : "somebody");
  return (
    <figure className="rounded-card border bg-sunk px-4 py-3">
      <figcaption className="text-small text-ink-3">
        {kind === "forward" ? t("forwarded") : t("quoted", { name: who })}
      </figcaption>
      {problem ? (
        <Problem of={problem} />
      ) : (
        <blockquote
          className="mt-1 max-h-60 overflow-y-auto text-table whitespace-pre-wrap wrap-anywhere"
          tabIndex={-1}
        >
          {text}
        </blockquote>
      )}
    </figure>
  );
}

type Shown = { attachment: EventAttachment; href: string | undefined };

function Attachment({ attachment, href }: Shown) {
  if (attachment.kind === "image" && href) return <Picture attachment={attachment} href={href} />;
  return <FileCard attachment={attachment} href={href} />;
}

function Picture({ attachment: { of, problem, name }, href }: Shown & { href: string }) {
  const t = useTranslations("ui.trace.attachments");
  const [isBroken, setBroken] = useState(false);
  const label = name ?? t(of === "quoted" ? "quotedImage" : "image");
  if (isBroken || problem) {
    return (
      <p className="flex items-center gap-2 rounded-card border px-3 py-2 text-table text-ink-2">
        <ImageOff className="size-4 shrink-0" aria-hidden="true" />
        {problem ?? t("imageGone")}
      </p>
    );
  }
  return (
    <a href={href} target="_blank" rel="noreferrer" className="block">
      {/* biome-ignore lint/performance/noImgElement: it comes from Feishu through the API; nothing makes it smaller. */}
      <img
        src={href}
        alt={label}
        loading="lazy"
        decoding="async"
        onError={() => setBroken(true)}
        className="max-h-60 min-h-10 max-w-full min-w-10 rounded-card border bg-sunk object-contain"
      />
    </a>
  );
}

function FileCard({ attachment, href }: Shown) {
  const t = useTranslations("ui.trace.attachments");
  const { kind, name, problem } = attachment;
  const label = name ?? t(kind);
  return (
    <div className="max-w-96 rounded-card border px-3 py-2">
      <p className="flex items-center gap-2 text-table">
        <FileText className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
        <span className="min-w-0 wrap-anywhere">{label}</span>
        {href && kind !== "sticker" && (
          <a
            href={href}
            download
            className="ml-auto shrink-0 p-1 text-ink-2 hover:text-ink"
            aria-label={t("download", { name: label })}
          >
            <Download className="size-4" aria-hidden="true" />
          </a>
        )}
      </p>
      <Facts of={attachment} />
      {problem && <Problem of={problem} />}
    </div>
  );
}

function Facts({ of: { bytes, characters, pages, isCut, isDamaged, of } }: { of: EventAttachment }) {
  const t = useTranslations("ui.trace.attachments");
  const format = useFormatter();
  const facts = [
    of === "quoted" && t("ofQuoted"),
    bytes !== undefined && sizeOf(bytes, (size) => format.number(size, { maximumFractionDigits: 1 })),
    pages !== undefined && t("pages", { count: pages }),
    characters !== undefined && t(isCut ? "beginningRead" : "read", { count: characters }),
    isDamaged && t("damaged"),
  ].filter((fact) => fact !== false && fact !== undefined);
  return facts.length > 0 && <p className="text-small text-ink-3">{facts.join(" · ")}</p>;
}

function sizeOf(bytes: number, number: (size: number) => string): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${number(bytes / 1024)} KB` : `${number(bytes / 1024 / 1024)} MB`;
}

function Problem({ of }: { of: string }) {
  return (
    <p className="mt-1 flex items-start gap-1.5 text-small text-pretty text-warn">
      <Shape of="triangle" className="mt-1 size-3 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{of}</span>
    </p>
  );
}
