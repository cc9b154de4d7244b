"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef } from "react";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField } from "@/app/_components/parts/field";
import type { AuditFilter } from "@/lib/auth/schemas";

const SUBJECTS = ["bot", "event", "alert", "model", "token", "user", "session", "settings"] as const;

/** Which entries are shown; kept in the address. */
export function AuditFilterForm({ filter }: { filter: AuditFilter }) {
  const t = useTranslations("ui.audit");
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const show = (event?: FormEvent) => {
    event?.preventDefault();
    if (!form.current) return;
    const entries = [...new FormData(form.current)].map(([name, value]) => [name, String(value).trim()]);
    router.push(`/audit?${new URLSearchParams(entries.filter(([, value]) => value))}`);
  };
  return (
    <form ref={form} onSubmit={show} className="mb-4 flex flex-wrap items-end gap-3">
      <Choice
        name="subject"
        label={t("subject")}
        defaultValue={filter.subject ?? ""}
        onChange={() => show()}
        options={[
          { value: "", text: t("everything") },
          ...SUBJECTS.map((value) => ({ value, text: t(`subjects.${value}`) })),
        ]}
      />
      <TextField
        name="q"
        label={t("search")}
        defaultValue={filter.q}
        maxLength={100}
        data-search=""
        autoComplete="off"
      />
      <Button type="submit">{t("show")}</Button>
    </form>
  );
}
