"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { ConsoleLink } from "@/app/_components/bot/console-link";
import { type Step, stepsOf } from "@/app/_components/bot/steps";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { CopyBox } from "@/app/_components/parts/copy";
import { Section } from "@/app/_components/parts/section";
import { Shape } from "@/app/_components/parts/shape";
import type { Event } from "@/lib/events/schemas";

/** The way from "added" to "answers", ticking itself as things happen. Not shown for a bot that had events before. */
export function FirstSteps({ hadEvents, events }: { hadEvents: boolean; events: Event[] }) {
  const t = useTranslations("ui.bot.steps");
  const live = useBot();
  const { bot, status, state } = live;
  const [attention] = useAttentions([live]);
  // Once all is ticked it stays until the page is left.
  const [isNew] = useState(!hadEvents);
  // A notice names what is missing then.
  if (!isNew || !bot.enabled || attention === "silent") return null;
  const steps = stepsOf({ bot, status, state, events });
  const done = steps.filter((step) => step.state === "done").length;
  const ticks = steps.length;
  return (
    <Section title={t(done === ticks ? "titleDone" : "title")} hint={t("progress", { done, ticks })}>
      <ol className="rounded-card border">
        {steps.map((step) => (
          <li
            key={step.name}
            className="flex gap-3 border-b px-4 py-3 last:border-b-0"
            data-step={step.name}
            data-done={step.state === "done"}
          >
            <StepMark state={step.state} />
            <div className="min-w-0 flex-1">
              <p className={step.state === "waiting" ? "text-ink-2" : "font-medium"}>
                {t(`${step.name}.title`)}
                <span className="sr-only"> {t(`marks.${step.state}`)}</span>
              </p>
              {step.state !== "done" && (
                <div className="mt-0.5 text-table text-pretty text-ink-2">
                  {step.state === "failed" ? status?.error : <StepHelp name={step.name} />}
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function StepMark({ state }: { state: Step["state"] }) {
  const look = {
    done: "border-ok bg-ok-soft text-ok",
    current: "border-busy text-busy",
    failed: "border-bad bg-bad-soft text-bad",
    waiting: "border-line-strong text-ink-3",
  }[state];
  return (
    <span className={`mt-0.25 grid size-5 flex-none place-items-center rounded-full border ${look}`}>
      {state === "done" && <Shape of="tick" />}
      {state === "current" && <Shape of="dot" className="size-2 animate-breathe" />}
      {state === "failed" && <Shape of="triangle" className="size-2.5" />}
    </span>
  );
}

function StepHelp({ name }: { name: Step["name"] }): ReactNode {
  const t = useTranslations("ui.bot.steps");
  const { bot } = useBot();
  const toConsole = (words: ReactNode) => (
    <ConsoleLink bot={bot} page={name === "published" ? "version" : "event"}>
      {words}
    </ConsoleLink>
  );
  if (name === "webhook") {
    return (
      <div className="grid gap-2 py-1">
        <p>{t.rich("webhook.help", { link: toConsole })}</p>
        <CopyBox value={bot.webhookUrl} label={t("webhook.address")} />
        <Link href={`/bots/${bot.id}/settings#webhook`} className="text-accent-ink hover:underline">
          {t("webhook.keys")}
        </Link>
      </div>
    );
  }
  if (name === "received" && bot.domain === "sandbox") {
    return t.rich("received.helpSandbox", {
      link: (words) => (
        <Link href={`/sandbox?bot=${bot.id}`} className="text-accent-ink hover:underline">
          {words}
        </Link>
      ),
    });
  }
  return t.rich(`${name}.help`, { name: bot.name, link: toConsole });
}
