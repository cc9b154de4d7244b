"use client";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { changesOf, FEISHU_NAMES, placeOf, sentenceOf, valuesOf } from "@/app/_components/people/audit-words";
import type { AuditEntryView } from "@/lib/auth/schemas";

/** Who did what to what, linked to what is still there. */
export function AuditSentence({ entry }: { entry: AuditEntryView }) {
  const t = useTranslations("ui.audit");
  const format = useFormatter();
  const place = placeOf(entry);
  const key = `sentences.${sentenceOf(entry.action)}`;
  const changes = changesOf(entry).map(({ name, value = 0 }) => {
    const field = `fields.${name}` as "fields.name";
    return t.has(field) ? t(field, { value }) : (FEISHU_NAMES[name] ?? name);
  });
  const until = entry.detail?.expiresAt;
  // An action that a later version writes is shown by its word.
  return t.rich((t.has(key as "sentences.other") ? key : "sentences.other") as "sentences.other", {
    ...valuesOf(entry),
    fields: changes.length > 0 ? format.list(changes) : "none",
    until: typeof until === "string" ? format.dateTime(new Date(until), { dateStyle: "medium" }) : "none",
    who: (name: ReactNode) => <b className="font-medium text-ink">{name}</b>,
    what: (name: ReactNode) =>
      place ? (
        <Link
          href={place}
          prefetch={false}
          className="font-medium text-accent-ink underline decoration-line-strong underline-offset-2"
        >
          {name}
        </Link>
      ) : (
        <b className="font-medium text-ink">{name}</b>
      ),
  });
}
