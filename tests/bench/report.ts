// The measured figures as Markdown: tables, each with its ratios to the first row.
import type { Answers } from "@/tests/bench/answers";
import type { InstallationId, Switches } from "@/tests/bench/console";
import type { ContestantId } from "@/tests/bench/contestants";
import type { Rest, Speed } from "@/tests/bench/scenes";
import type { Sizes } from "@/tests/bench/sizes";
import { type Language, type Words, wordsOf } from "@/tests/bench/words";

/** Figures, or one line about why there are none. */
export type Outcome<Figures> = Figures | { failed: string };
export type Row = { id: ContestantId; speed: Outcome<Speed>; rest: Outcome<Rest> };
export type AnswersRow = { id: ContestantId | "direct"; answers: Outcome<Answers> };
export type SwitchesRow = { id: InstallationId; switches: Outcome<Switches> };
export type Report = {
  rows: Row[];
  answers: AnswersRow[];
  switches: SwitchesRow[];
  sizes: Sizes;
  isQuick: boolean;
  date: string;
  machine: string;
};

const MARKERS = { begin: "<!-- bench -->", end: "<!-- /bench -->" };

export const isFailed = <Figures extends object>(outcome: Outcome<Figures>): outcome is { failed: string } =>
  "failed" in outcome;

export function markdownOf(report: Report, language: Language): string {
  const { rows, answers, switches, sizes, isQuick, date, machine } = report;
  const words = wordsOf(language, sizes);
  const limitSeconds = sizes.backLimitMs / 1000;
  const speed = rows.map(({ id, speed }) => ({ name: words.names[id], outcome: speed }));
  const told = answers.map(({ id, answers }) => ({ name: words.names[id], outcome: answers }));
  const rest = rows.map(({ id, rest }) => ({ name: words.names[id], outcome: rest }));
  const switched = switches.map(({ id, switches }) => ({ name: words.names[id], outcome: switches }));
  return [
    isQuick ? `${words.quick} ${words.run(date, machine)}` : words.run(date, machine),
    table(words.bots(sizes.bots), words.speed, speed, { words, limitSeconds }),
    table(words.model, words.answers, told, { words, limitSeconds }),
    table(words.bots(sizes.bots + sizes.moreBots), words.rest, rest, { words, limitSeconds }),
    table(words.switching, words.switches, switched, { words, limitSeconds }),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Puts `section` between the markers; undefined when the text has none. */
export function withSection(text: string, section: string): string | undefined {
  const [before, rest] = text.split(MARKERS.begin);
  const after = rest?.split(MARKERS.end)[1];
  if (before === undefined || after === undefined) return undefined;
  return `${before}${MARKERS.begin}\n${section}\n${MARKERS.end}${after}`;
}

type Named<Figures> = { name: string; outcome: Outcome<Figures> };

function table<Figures extends Record<string, number>>(
  corner: string,
  columns: Record<keyof Figures, string>,
  rows: Named<Figures>[],
  { words, limitSeconds }: { words: Words; limitSeconds: number },
): string {
  if (rows.length === 0) return "";
  const keys = Object.keys(columns) as (keyof Figures)[];
  const first = rows[0]?.outcome;
  const base = first && !isFailed(first) ? first : undefined;
  const cells = (outcome: Outcome<Figures>) =>
    isFailed(outcome)
      ? keys.map((_, index) => (index === 0 ? `${words.failed}: ${oneLine(outcome.failed)}` : ""))
      : keys.map((key) => {
          const ratio = base && outcome !== base ? ratioOf(outcome[key], base[key]) : undefined;
          return `${figure(outcome[key] as number, limitSeconds)}${ratio === undefined ? "" : ` (${ratio}×)`}`;
        });
  const lines = [
    [corner, ...keys.map((key) => columns[key])],
    ["---", ...keys.map(() => "---:")],
    ...rows.map(({ name, outcome }) => [name, ...cells(outcome)]),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** Three digits that mean something; what did not come within the limit is more than it. */
export function figure(value: number, limitSeconds: number): string {
  if (value === Number.POSITIVE_INFINITY) return `> ${limitSeconds}`;
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function ratioOf(value: number | undefined, base: number | undefined): string | undefined {
  const ratio = (value ?? Number.NaN) / (base ?? Number.NaN);
  if (!Number.isFinite(ratio) || ratio < 0 || base === Number.POSITIVE_INFINITY) return undefined;
  return ratio.toFixed(ratio >= 10 ? 0 : 2);
}

const oneLine = (text: string) => (text.split("\n")[0] ?? "").replaceAll("|", "\\|").slice(0, 160);
