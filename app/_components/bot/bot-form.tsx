"use client";
import { type ReactNode, useRef } from "react";
import { useDraft } from "@/app/_components/bot/drafts";
import { saveBot } from "@/app/_components/bot/save-bot";
import { FormSection } from "@/app/_components/parts/form-section";
import type { Bot, UpdateBotInput } from "@/lib/bots/schemas";

type BotFormProps = {
  bot: Bot;
  id: string;
  title: string;
  text?: ReactNode;
  fields: readonly string[];
  /** What saving the form changes. */
  change: (form: FormData) => UpdateBotInput;
  children: (errors: Record<string, string>, saves: number, touch: () => void) => ReactNode;
};

/** A part of what a bot is that is saved by itself, and that can be tried out before. */
export function BotForm({ bot, change, ...section }: BotFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useDraft(section.id, () => (form.current ? change(new FormData(form.current)) : {}));
  return <FormSection {...section} stacked form={form} save={(data) => saveBot(bot.id, change(data))} />;
}
