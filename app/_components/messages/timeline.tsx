"use client";
import { useLocale, useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { useDuration } from "@/app/_components/messages/duration";
import type { EventDetails } from "@/lib/events/schemas";
import type { StepName } from "@/lib/events/trace";

type Step = EventDetails["steps"][number];

const COLOURS: Record<StepName, string> = {
  received: "border-ok",
  stored: "border-ok",
  acknowledged: "border-ok",
  started: "border-ok",
  quoted: "border-ok",
  read: "border-ok",
  unread: "border-warn",
  shortened: "border-warn",
  firstWords: "border-accent",
  answered: "border-accent",
  later: "border-accent",
  rule: "border-accent",
  rulesSkipped: "border-warn",
  command: "border-accent",
  gathering: "border-line-strong",
  merged: "border-line-strong",
  replied: "border-ok",
  told: "border-ok",
  apologised: "border-warn",
  stopAsked: "border-line-strong",
  stopped: "border-line-strong",
  recalled: "border-line-strong",
  ignored: "border-line-strong",
  failed: "border-bad",
  limited: "border-warn",
  interrupted: "border-warn",
  replayed: "border-accent",
};
const isKnown = (name: string): name is StepName => Object.hasOwn(COLOURS, name);

/** The steps in the order in which they happened, each with the time since the one before. */
export function Timeline({ event }: { event: Pick<EventDetails, "steps" | "error"> }) {
  const steps = withoutRepeats(
    [...event.steps].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    event.error,
  );
  return (
    <ol className="mt-1">
      {steps.map((step, index) => (
        <StepRow
          key={`${step.at}${step.name}`}
          step={step}
          before={steps[index - 1]}
          isLast={index === steps.length - 1}
        />
      ))}
    </ol>
  );
}

/** What failed stands above the steps; each other cause is told once. */
function withoutRepeats(steps: Step[], error: string | undefined): Step[] {
  const told = new Set([error]);
  return steps.map(({ detail, ...step }) => {
    const isRepeat = step.reason !== undefined && told.has(detail);
    if (step.reason !== undefined) told.add(detail);
    return detail === undefined || isRepeat ? step : { ...step, detail };
  });
}

function StepRow({ step, before, isLast }: { step: Step; before: Step | undefined; isLast: boolean }) {
  const t = useTranslations("ui.trace.steps");
  const duration = useDuration();
  const clock = useClockTime();
  const ms = step.ms ?? (before ? Date.parse(step.at) - Date.parse(before.at) : undefined);
  const colour = isKnown(step.name) ? COLOURS[step.name] : "border-line-strong";
  return (
    <li
      className="relative grid grid-cols-[5.75rem_1rem_1fr_auto] items-start gap-2.5 py-1.5 text-table"
      data-step={step.name}
    >
      {!isLast && (
        <span aria-hidden="true" className="absolute top-4.5 -bottom-2 left-[109.500px] w-px bg-line-strong" />
      )}
      <time dateTime={step.at} className="font-mono text-small text-ink-3" suppressHydrationWarning>
        {clock(step.at)}
      </time>
      <span aria-hidden="true" className={`z-1 mt-1.25 ml-0.75 size-2.5 rounded-full border-2 bg-bg ${colour}`} />
      <span>
        {isKnown(step.name) ? t(step.name) : step.name}
        {step.detail && <small className="block text-small text-pretty text-ink-3 wrap-anywhere">{step.detail}</small>}
      </span>
      <span className="font-mono text-small text-ink-2">{ms !== undefined && before ? `+${duration(ms)}` : ""}</span>
    </li>
  );
}

const never = () => () => undefined;

/** The time of day to the millisecond: in the reader's zone, and in UTC until the browser has said which that is. */
function useClockTime(): (at: string) => string {
  const locale = useLocale();
  const isHere = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const format = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
    ...(isHere ? {} : { timeZone: "UTC" }),
  });
  return (at) => format.format(new Date(at));
}
