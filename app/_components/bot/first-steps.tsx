"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { StepHelp } from "@/app/_components/bot/step-help";
import { type Step, stepsOf } from "@/app/_components/bot/steps";
import type { Doctoring } from "@/app/_components/bot/use-doctor";
import { Took } from "@/app/_components/messages/duration";
import { Notice } from "@/app/_components/parts/notice";
import { Section } from "@/app/_components/parts/section";
import { Shape } from "@/app/_components/parts/shape";
import type { Event } from "@/lib/events/schemas";

const LOOK_MS = 30_000;

/** The way from "added" to "answers", ticking itself as things happen. */
export function FirstSteps({ events, doctor }: { events: Event[]; doctor: Doctoring }) {
  const t = useTranslations("ui.bot.steps");
  const { bot, status, state } = useBot();
  const steps = stepsOf({ bot, status, state, events, checks: doctor.report?.checks });
  const done = steps.filter((step) => step.state === "done").length;
  const ticks = steps.length;
  const isDone = done === ticks;
  const asksFeishu = bot.domain !== "sandbox" && !isDone && (state === "connected" || !bot.useWebSocket);
  useLooking(asksFeishu, doctor.look);
  return (
    <Section title={t(isDone ? "titleDone" : "title")} hint={t("progress", { done, ticks })} id="steps">
      {isDone && <Celebration events={events} />}
      <ol className="rounded-card border">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} events={events} doctor={doctor} />
        ))}
      </ol>
      {asksFeishu && <p className="mt-2 text-small text-pretty text-ink-3">{t("howKnown")}</p>}
    </Section>
  );
}

/** The doctor looks when the bot is up, when somebody comes back from Feishu's console, and now and then. */
function useLooking(isWanted: boolean, look: () => Promise<boolean>) {
  useEffect(() => {
    if (!isWanted) return;
    const lookIfSeen = () => {
      if (document.visibilityState === "visible") void look();
    };
    lookIfSeen();
    const timer = setInterval(lookIfSeen, LOOK_MS);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, [isWanted, look]);
}

const firstAnswered = (events: Event[]) => events.findLast((event) => event.status === "done");

function Celebration({ events }: { events: Event[] }) {
  const t = useTranslations("ui.bot.steps");
  const { bot } = useBot();
  const event = firstAnswered(events) ?? events.at(-1);
  return (
    <div className="mb-3">
      <Notice
        tone="ok"
        action={
          event && (
            <Link href={`/bots/${bot.id}/messages/${event.id}`} className="text-accent-ink hover:underline">
              {t("seeTrace")}
            </Link>
          )
        }
      >
        <span role="status" className="font-medium">
          {t(bot.reply.kind === "none" ? "celebrateHeard" : "celebrate", { name: bot.name })}
        </span>
      </Notice>
    </div>
  );
}

function StepRow({ step, events, doctor }: { step: Step; events: Event[]; doctor: Doctoring }) {
  const t = useTranslations("ui.bot.steps");
  const event = step.name === "answered" && step.state === "done" ? firstAnswered(events) : undefined;
  return (
    <li
      className="flex gap-3 border-b px-4 py-3 last:border-b-0"
      data-step={step.name}
      data-done={step.state === "done"}
      data-state={step.state}
    >
      <StepMark state={step.state} />
      <div className="min-w-0 flex-1">
        <p className={step.state === "waiting" ? "text-ink-2" : "font-medium"}>
          {t(`${step.name}.title`)}
          <span className="sr-only"> {t(`marks.${step.state}`)}</span>
          {event && (
            <span className="ml-2 text-table font-normal text-ink-3">
              <Took from={event.receivedAt} to={event.finishedAt} />
            </span>
          )}
        </p>
        {step.state !== "done" && step.state !== "waiting" && <StepHelp step={step} doctor={doctor} />}
      </div>
    </li>
  );
}

function StepMark({ state }: { state: Step["state"] }) {
  const look = {
    done: "border-ok bg-ok-soft text-ok",
    current: "border-busy text-busy",
    open: "border-busy text-busy",
    failed: "border-bad bg-bad-soft text-bad",
    waiting: "border-line-strong text-ink-3",
  }[state];
  return (
    <span className={`mt-0.25 grid size-5 flex-none place-items-center rounded-full border ${look}`}>
      {state === "done" && <Shape of="tick" />}
      {state === "current" && <Shape of="dot" className="size-2 animate-breathe" />}
      {state === "open" && <Shape of="ring" className="size-2" />}
      {state === "failed" && <Shape of="triangle" className="size-2.5" />}
    </span>
  );
}
