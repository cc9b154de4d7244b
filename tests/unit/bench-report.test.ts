import { describe, expect, it } from "vitest";
import { chartOf } from "@/tests/bench/chart";
import { switchesOf } from "@/tests/bench/console";
import {
  type AnswersRow,
  markdownOf,
  type Report,
  type Row,
  type SwitchesRow,
  withSection,
} from "@/tests/bench/report";
import { FULL } from "@/tests/bench/sizes";

const SPEED = { replyP50: 4, replyP95: 8, ackSmall: 400, rateSmall: 200, ackLarge: 4000, rateLarge: 250 };
const REST = {
  dropP50: 14,
  dropP95: 28,
  outageP50: 100,
  outageP95: Number.POSITIVE_INFINITY,
  memoryFew: 120,
  memoryMany: 160,
  memoryPerBot: 0.22,
  idle: 0,
};

const reportOf = (...rows: Row[]): Report => ({
  rows,
  answers: [],
  switches: [],
  sizes: FULL,
  isQuick: false,
  date: "2026-01-02",
  machine: "2 × a machine",
});
const bare: Row = { id: "sdk", speed: SPEED, rest: REST };
const larkspur: Row = {
  id: "pglite",
  speed: { ...SPEED, replyP50: 10, rateSmall: 500 },
  rest: { ...REST, dropP95: 1.26, outageP95: 2, idle: 0.5 },
};
const lineOf = (markdown: string, name: string) => markdown.split("\n").filter((line) => line.startsWith(`| ${name}`));

describe("the benchmark's report", () => {
  it("puts every figure beside that of the first row", () => {
    const [speed, rest] = lineOf(markdownOf(reportOf(bare, larkspur), "en"), "Larkspur on PGlite");
    expect(speed).toContain("| 10.0 (2.50×) |");
    expect(speed).toContain("| 500 (2.50×) |");
    expect(rest).toContain("| 1.26 (0.04×) |");
  });

  it("gives no ratio to what is nothing or never came", () => {
    const report = markdownOf(reportOf(bare, larkspur), "en");
    expect(lineOf(report, "bare SDK")[1]).toContain("| > 300 |");
    const [, rest] = lineOf(report, "Larkspur on PGlite");
    expect(rest).toContain("| 2.00 |");
    expect(rest).toMatch(/\| 0\.50 \|$/);
  });

  it("says of whom there are no figures, and why, in one line", () => {
    const failing: Row = { ...larkspur, speed: { failed: "it | broke\nat a line" } };
    const [speed, rest] = lineOf(markdownOf(reportOf(bare, failing), "en"), "Larkspur on PGlite");
    expect(speed).toContain("failed: it \\| broke |");
    expect(rest).toContain("| 1.26 (0.04×) |");
    const withoutBase = markdownOf(reportOf({ ...bare, rest: { failed: "no" } }, larkspur), "zh-CN");
    expect(withoutBase).toContain("失败: no");
    expect(lineOf(withoutBase, "Larkspur")[1]).toContain("| 1.26 |");
  });

  it("tells how a model's answer comes beside the model asked directly, and leaves out what was not measured", () => {
    const direct = { firstP50: 1, firstP95: 2, wholeP50: 1000, wholeP95: 1100, added: 0 };
    const through = { firstP50: 40, firstP95: 90, wholeP50: 1050, wholeP95: 1300, added: 48 };
    const answers: AnswersRow[] = [
      { id: "direct", answers: direct },
      { id: "pglite", answers: through },
    ];
    const markdown = markdownOf({ ...reportOf(), answers }, "en");
    expect(lineOf(markdown, "the model asked directly")).toEqual([
      expect.stringMatching(/\| 1000 \| 1100 \| 0\.00 \|$/),
    ]);
    const [line, ...more] = lineOf(markdown, "Larkspur on PGlite");
    expect(line).toContain("| 40.0 (40×) | 90.0 (45×) | 1050 (1.05×) | 1300 (1.18×) | 48.0 |");
    expect(more).toEqual([]);
    const whole = markdownOf({ ...reportOf(bare, larkspur), answers }, "zh-CN");
    expect(lineOf(whole, "Larkspur（PGlite）")).toHaveLength(3);
    expect(markdownOf(reportOf(bare), "zh-CN")).not.toContain("模型");
  });

  it("tells how long the console takes from page to page beside the installation with one bot", () => {
    const few = { overview: 20, bots: 30, messages: 40, sandbox: 50, others: 10, all: 60 };
    const switches: SwitchesRow[] = [
      { id: "fewBots", switches: few },
      { id: "manyBots", switches: { ...few, overview: 50, messages: 140.4, all: 90 } },
    ];
    const markdown = markdownOf({ ...reportOf(), switches }, "en");
    expect(lineOf(markdown, "1 bot")).toEqual(["| 1 bot | 20.0 | 30.0 | 40.0 | 50.0 | 10.0 | 60.0 |"]);
    const [line] = lineOf(markdown, "200 bots, 100,000 messages");
    expect(line).toContain(
      "| 50.0 (2.50×) | 30.0 (1.00×) | 140 (3.51×) | 50.0 (1.00×) | 10.0 (1.00×) | 90.0 (1.50×) |",
    );
    const failing = markdownOf(
      {
        ...reportOf(bare),
        switches: [...switches.slice(0, 1), { id: "manyBots", switches: { failed: "no browser" } }],
      },
      "zh-CN",
    );
    expect(lineOf(failing, "200 个机器人，100,000 条消息")).toEqual([
      expect.stringMatching(/\| 失败: no browser \|( +\|)+$/),
    ]);
    expect(markdownOf(reportOf(bare), "en")).not.toContain("console");
  });

  it("tells the middle of each page's switches, of the pages without a column together, and the p95 of all", () => {
    const times = { "/": [5, 1, 3], "/bots": [7], "/messages": [8], "/sandbox": [9], "/models": [2], "/audit": [6, 4] };
    const switches = Object.entries(times).flatMap(([path, all]) => all.map((ms) => ({ path, ms })));
    expect(switchesOf(switches)).toEqual({ overview: 3, bots: 7, messages: 8, sandbox: 9, others: 4, all: 9 });
  });

  it("takes the place between the markers and no more", () => {
    const section = markdownOf(reportOf(bare), "en");
    const once = withSection("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter", section);
    expect(once).toBe(`before\n<!-- bench -->\n${section}\n<!-- /bench -->\nafter`);
    expect(withSection(once ?? "", "new")).toBe("before\n<!-- bench -->\nnew\n<!-- /bench -->\nafter");
    expect(withSection("before\nafter", section)).toBeUndefined();
  });

  it.each(["en", "zh-CN"] as const)("draws a bar for each time, and says what has none (%s)", (language) => {
    const chart = chartOf(reportOf(bare, larkspur, { ...larkspur, id: "postgres", rest: { failed: "no" } }), language);
    // Two in the legend.
    expect(chart.match(/<rect/g)).toHaveLength(2 + 4);
    expect(chart).toContain("&gt; 300");
    expect(chart).toContain(language === "en" ? ">failed<" : ">失败<");
    expect(chart.match(/<text/g)).toHaveLength(chart.match(/<\/text>/g)?.length ?? 0);
  });
});
