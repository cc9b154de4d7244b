// `npm run bench`: the same work for everybody in one run on one machine, so that the ratios mean something.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { type Asked, answersOf, measureAnswers } from "@/tests/bench/answers";
import { chartOf } from "@/tests/bench/chart";
import { installationsOf, measureConsole } from "@/tests/bench/console";
import { type Contestant, contestants } from "@/tests/bench/contestants";
import {
  type AnswersRow,
  isFailed,
  markdownOf,
  type Outcome,
  type Report,
  type Row,
  type SwitchesRow,
  withSection,
} from "@/tests/bench/report";
import { measureRest, measureSpeed, type Rest, type Speed, type Step } from "@/tests/bench/scenes";
import { FULL, QUICK } from "@/tests/bench/sizes";
import { LANGUAGES, type Language } from "@/tests/bench/words";

const isQuick = process.env.BENCH_QUICK === "1";
/** "answers", "console" or, for all, nothing. */
const only = process.env.BENCH_ONLY || undefined;
const sizes = isQuick ? QUICK : FULL;
const results = process.env.BENCH_RESULTS ?? "test-results";

const READMES: Record<Language, string> = { en: "README.md", "zh-CN": "README.zh-CN.md" };
const ALTERNATIVES: Record<Language, string> = { en: "How long bots are away", "zh-CN": "机器人离线多久" };

const tell = (line: string) => void process.stdout.write(`${line}\n`);
const seconds = (startedAt: number) => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;

const stepsOf =
  (id: string): Step =>
  async (what, work) => {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      tell(`  ${id}: ${what}, ${seconds(startedAt)}`);
    }
  };

async function attempt<Subject extends { id: string }, T>(
  what: string,
  subject: Subject,
  measure: (subject: Subject, size: typeof sizes, step: Step) => Promise<T>,
): Promise<Outcome<T>> {
  const startedAt = performance.now();
  try {
    return await measure(subject, sizes, stepsOf(subject.id));
  } catch (error) {
    tell(`  ${subject.id}: ${what} failed: ${error instanceof Error ? error.stack : error}`);
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    tell(`${subject.id}: ${what}, ${seconds(startedAt)}`);
  }
}

async function measureAll(): Promise<Row[]> {
  const speeds = new Map<Contestant, Outcome<Speed>>();
  for (const contestant of contestants) speeds.set(contestant, await attempt("speed", contestant, measureSpeed));
  const rests = new Map<Contestant, Outcome<Rest>>();
  const measure = async (contestant: Contestant) =>
    void rests.set(contestant, await attempt("rest and recovery", contestant, measureRest));
  // Those without Larkspur do nothing but wait for their own timers, minutes long: they can do that at the same time.
  await Promise.all(contestants.filter((contestant) => !isLarkspur(contestant)).map(measure));
  for (const contestant of contestants.filter(isLarkspur)) await measure(contestant);
  const missing = { failed: "not measured" };
  return contestants.map((contestant) => ({
    id: contestant.id,
    speed: speeds.get(contestant) ?? missing,
    rest: rests.get(contestant) ?? missing,
  }));
}

const isLarkspur = ({ id }: Contestant) => id !== "sdk" && id !== "channel";

/** First those that were asked directly, in all turns. */
async function measureAllAnswers(): Promise<AnswersRow[]> {
  const direct: Asked = [];
  const rows: AnswersRow[] = [];
  for (const contestant of contestants.filter(isLarkspur)) {
    const asked = await attempt("answers of a model", contestant, measureAnswers);
    const answers = isFailed(asked)
      ? asked
      : answersOf(
          asked.map(({ through }) => through),
          asked.map(({ direct, through }) => through.wholeMs - direct.wholeMs),
        );
    rows.push({ id: contestant.id, answers });
    if (!isFailed(asked)) direct.push(...asked);
  }
  const base = answersOf(
    direct.map((asked) => asked.direct),
    direct.map(() => 0),
  );
  return [{ id: "direct", answers: direct.length > 0 ? base : { failed: "not measured" } }, ...rows];
}

async function measureAllSwitches(): Promise<SwitchesRow[]> {
  const rows: SwitchesRow[] = [];
  for (const installation of installationsOf(sizes)) {
    rows.push({ id: installation.id, switches: await attempt("console", installation, measureConsole) });
  }
  return rows;
}

function writeReadmes(report: Report): void {
  for (const language of LANGUAGES) {
    const picture = `docs/images/bench-${language}.svg`;
    writeFileSync(picture, chartOf(report, language));
    const section = `![${ALTERNATIVES[language]}](${picture})\n\n${markdownOf(report, language)}`;
    const text = withSection(readFileSync(READMES[language], "utf8"), section);
    if (text === undefined) throw new Error(`${READMES[language]} has no place for the benchmark's result.`);
    writeFileSync(READMES[language], text);
  }
}

test("bench", async () => {
  const startedAt = performance.now();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${memory}, Node.js ${process.versions.node}`;
  const date = new Date().toISOString().slice(0, 10);
  const rows = only ? [] : await measureAll();
  const answers = only === "console" ? [] : await measureAllAnswers();
  const switches = only === "answers" ? [] : await measureAllSwitches();
  const report: Report = { rows, answers, switches, sizes, isQuick, date, machine };
  for (const language of only ? [] : LANGUAGES) {
    writeFileSync(path.join(results, `bench-${language}.svg`), chartOf(report, language));
  }
  writeFileSync(path.join(results, "bench.md"), `${markdownOf(report, "en")}\n`);
  writeFileSync(path.join(results, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  tell(`All, ${seconds(startedAt)}`);
  const failed = [
    ...report.rows.filter(({ speed, rest }) => isFailed(speed) || isFailed(rest)),
    ...report.answers.filter(({ answers }) => isFailed(answers)),
    ...report.switches.filter(({ switches }) => isFailed(switches)),
  ];
  if (process.env.BENCH_README === "1" && failed.length === 0) writeReadmes(report);
  expect(failed).toEqual([]);
});
