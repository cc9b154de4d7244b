"use client";
import { useTranslations } from "next-intl";
import { Shape, type ShapeName } from "@/app/_components/parts/shape";
import type { Event } from "@/lib/events/schemas";

const LOOKS: Record<Event["status"], { shape: ShapeName; colour: string }> = {
  pending: { shape: "dashed", colour: "text-busy" },
  processing: { shape: "half", colour: "text-busy" },
  done: { shape: "tick", colour: "text-ok" },
  failed: { shape: "triangle", colour: "text-bad" },
  ignored: { shape: "ring", colour: "text-off" },
};

/** What became of an event, as a word, a shape and a colour. */
export function EventMark({ status }: { status: Event["status"] }) {
  const t = useTranslations("ui.messages.status");
  const { shape, colour } = LOOKS[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-table whitespace-nowrap ${colour}`} data-status={status}>
      <Shape of={shape} />
      {t(status)}
    </span>
  );
}
