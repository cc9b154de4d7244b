"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextField } from "@/app/_components/parts/field";

/** Feishu's own names, with the sign that looks most like it. */
const COMMON = [
  ["OnIt", "🫡"],
  ["OK", "👌"],
  ["THUMBSUP", "👍"],
  ["Typing", "⌨️"],
  ["THINKING", "🤔"],
  ["GLANCE", "👀"],
  ["SMILE", "🙂"],
] as const;

type ReactionFieldProps = { reaction: string | null; error: string | undefined; onChange: () => void };

/** The quick sign under a message while it is being answered: one of a few, any other by its name, or none. */
export function ReactionField({ reaction, error, onChange }: ReactionFieldProps) {
  const t = useTranslations("ui.replies.reaction");
  const [name, setName] = useState(reaction ?? "");
  const choose = (chosen: string) => {
    setName(chosen);
    onChange();
  };
  return (
    <div className="grid gap-2">
      <TextField
        name="reaction"
        label={t("label")}
        hint={t("hint")}
        placeholder={t("none")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={error}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
      />
      <fieldset aria-label={t("common")} className="flex flex-wrap gap-1.5">
        {["", ...COMMON.map(([value]) => value)].map((value) => {
          const sign = COMMON.find(([known]) => known === value)?.[1];
          return (
            <button
              key={value}
              type="button"
              aria-pressed={name === value}
              aria-label={value || t("none")}
              onClick={() => choose(value)}
              className="inline-flex min-h-7.5 items-center gap-1.5 rounded-full border px-2.5 text-small text-ink-2 hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink"
            >
              {sign && <span aria-hidden="true">{sign}</span>}
              {value || t("none")}
            </button>
          );
        })}
      </fieldset>
    </div>
  );
}
