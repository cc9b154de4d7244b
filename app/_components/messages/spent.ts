// Tells what the time of an event went by: the parts of its bar.
import type { EventDetails } from "@/lib/events/schemas";

type Step = EventDetails["steps"][number];

export const SPENDINGS = ["receiving", "waiting", "thinking", "writing", "sending", "failing"] as const;
export type Spending = (typeof SPENDINGS)[number];
export type Spent = { on: Spending; ms: number };

/** What was being done until a step happened. */
const UNTIL: Record<string, Spending> = {
  stored: "receiving",
  acknowledged: "receiving",
  started: "waiting",
  gathering: "waiting",
  merged: "waiting",
  rule: "thinking",
  command: "thinking",
  quoted: "thinking",
  read: "thinking",
  unread: "thinking",
  shortened: "thinking",
  firstWords: "thinking",
  answered: "thinking",
  later: "thinking",
  failed: "failing",
  limited: "failing",
  interrupted: "failing",
  ignored: "thinking",
  replied: "sending",
  told: "sending",
  apologised: "sending",
};

/** Each of them once, however often it came again: what a person reads. */
export function sumOf(spent: readonly Spent[]): Spent[] {
  return SPENDINGS.flatMap((on) => {
    const parts = spent.filter((each) => each.on === on);
    return parts.length > 0 ? [{ on, ms: parts.reduce((sum, { ms }) => sum + ms, 0) }] : [];
  });
}

/** Of the last time that it was answered, in the order in which it went by; what took no time has no part. */
export function spentOn(steps: readonly Step[]): Spent[] {
  const sorted = [...steps].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const last = sorted.slice(
    Math.max(
      0,
      sorted.findLastIndex(({ name }) => name === "replayed"),
    ),
  );
  const spent: Spent[] = [];
  last.forEach((step, index) => {
    const before = last[index - 1];
    if (!before) return;
    const ms = Date.parse(step.at) - Date.parse(before.at);
    const begun = before.name === "firstWords" ? "writing" : undefined;
    const on = begun ?? UNTIL[step.name] ?? "sending";
    const open = spent.at(-1);
    if (open?.on === on) open.ms += ms;
    else if (ms > 0) spent.push({ on, ms });
  });
  return spent;
}
