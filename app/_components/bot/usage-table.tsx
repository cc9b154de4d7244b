"use client";
import { useFormatter, useTranslations } from "next-intl";
import { type Column, DataTable } from "@/app/_components/parts/data-table";
import { Section } from "@/app/_components/parts/section";
import type { Usage } from "@/lib/events/usage";

type Row = Usage["days"][number];

/** How many tokens the bot's answers took, by day and model. Nothing for a bot whose answers took none. */
export function UsageTable({ days }: Usage) {
  const t = useTranslations("ui.bot.usage");
  const format = useFormatter();
  const columns: Column<Row>[] = [
    { label: t("date"), cell: ({ date }) => <span className="tabular-nums">{date}</span>, isName: true },
    { label: t("model"), cell: ({ model }) => model },
    { label: t("answers"), cell: ({ answers }) => format.number(answers) },
    { label: t("inputTokens"), cell: ({ inputTokens }) => format.number(inputTokens) },
    { label: t("outputTokens"), cell: ({ outputTokens }) => format.number(outputTokens) },
  ];
  return (
    <Section title={t("title")} hint={t("hint")}>
      <DataTable label={t("title")} columns={columns} rows={days} keyOf={({ date, model }) => `${date} ${model}`} />
    </Section>
  );
}
