"use client";
import { CalendarClock } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import { HOUR_MS } from "@/lib/local-time";

type Span = { since: string | undefined; until: string | undefined };
type SpanFilterProps = Span & { onChange: (span: Span) => void };

const PRESETS = ["lastHour", "today", "yesterday"] as const;

/** From when to when: a button, which opens its fields below the other filters. */
export function SpanFilter({ since, until, onChange }: SpanFilterProps) {
  const t = useTranslations("ui.messages.span");
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <CalendarClock className="size-3.5" aria-hidden="true" />
        <SpanWords since={since} until={until} />
      </Button>
      <fieldset id={id} hidden={!isOpen} aria-label={t("label")} className="basis-full">
        {isOpen && <SpanFields since={since} until={until} onChange={onChange} />}
      </fieldset>
    </>
  );
}

function SpanFields({ since, until, onChange }: SpanFilterProps) {
  const t = useTranslations("ui.messages.span");
  // What is typed, whole or not.
  const [typed, setTyped] = useState({ since: localOf(since), until: localOf(until) });
  const set = (span: Span) => {
    setTyped({ since: localOf(span.since), until: localOf(span.until) });
    onChange(span);
  };
  const type = (part: Partial<typeof typed>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    onChange({ since: isoOf(next.since), until: isoOf(next.until) });
  };
  return (
    <div className="flex flex-wrap items-end gap-3 rounded-card border bg-sunk p-3">
      {(["since", "until"] as const).map((name) => (
        <TextField
          key={name}
          type="datetime-local"
          label={t(`fields.${name}`)}
          value={typed[name]}
          onChange={({ target }) => type({ [name]: target.value })}
        />
      ))}
      <div className="flex flex-wrap gap-1.5">
        {PRESETS.map((preset) => (
          <Button key={preset} onClick={() => set(spanOf(preset))}>
            {t(`presets.${preset}`)}
          </Button>
        ))}
        <Button look="quiet" onClick={() => set({ since: undefined, until: undefined })}>
          {t("any")}
        </Button>
      </div>
    </div>
  );
}

function SpanWords({ since, until }: Span) {
  const t = useTranslations("ui.messages.span");
  const format = useFormatter();
  const style = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const at = (iso: string) => format.dateTime(new Date(iso), style);
  if (since && until && Date.parse(since) < Date.parse(until))
    return format.dateTimeRange(new Date(since), new Date(until), style);
  if (since) return t("since", { time: at(since) });
  return until ? t("until", { time: at(until) }) : t("any");
}

function spanOf(preset: (typeof PRESETS)[number]): Span {
  const now = new Date();
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
  const begin = { lastHour: new Date(now.getTime() - HOUR_MS), today: midnight(0), yesterday: midnight(1) }[preset];
  return { since: begin.toISOString(), until: preset === "yesterday" ? midnight(0).toISOString() : undefined };
}

/** In the form of the fields, in the browser's time zone. */
function localOf(iso: string | undefined): string {
  if (iso === undefined) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Undefined while it is being typed: the year 2 is the beginning of 2026. */
function isoOf(local: string): string | undefined {
  const at = new Date(local);
  return at.getFullYear() > 1999 ? at.toISOString() : undefined;
}
