// What the tables and the chart say, in both languages.
import type { Answers } from "@/tests/bench/answers";
import type { InstallationId, Switches } from "@/tests/bench/console";
import type { ContestantId } from "@/tests/bench/contestants";
import type { Rest, Speed } from "@/tests/bench/scenes";
import type { Sizes } from "@/tests/bench/sizes";

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

export type Words = {
  names: Record<ContestantId | InstallationId | "direct", string>;
  /** On the machine's line: "2026-11-24, 2 × …". */
  run(date: string, machine: string): string;
  quick: string;
  bots(count: number): string;
  speed: Record<keyof Speed, string>;
  rest: Record<keyof Rest, string>;
  /** Over the answers of a model. */
  model: string;
  answers: Record<keyof Answers, string>;
  /** Over the switches from page to page. */
  switching: string;
  switches: Record<keyof Switches, string>;
  failed: string;
  chart: { title: string; drop: string; outage: string };
};

const number = (value: number) => value.toLocaleString("en-US");

export const wordsOf = (language: Language, sizes: Sizes): Words =>
  language === "en" ? english(shownIn(sizes)) : chinese(shownIn(sizes));

type Shown = ReturnType<typeof shownIn>;

const shownIn = ({ bots, moreBots, bursts: [few, many], outageMs, consoleMessages, ...sizes }: Sizes) => ({
  answerWords: sizes.answerWords,
  wordMs: sizes.wordMs,
  consoleBots: sizes.consoleBots,
  bots,
  allBots: bots + moreBots,
  few: number(few),
  many: number(many),
  outageSeconds: outageMs / 1000,
  messages: number(consoleMessages),
});

function english(of: Shown): Words {
  const outage = `${of.outageSeconds} s outage`;
  return {
    names: {
      direct: "the model asked directly",
      sdk: "bare SDK, stores nothing",
      channel: "LarkChannel, stores nothing",
      pglite: "Larkspur on PGlite",
      postgres: "Larkspur on PostgreSQL",
      fewBots: "1 bot",
      manyBots: `${of.consoleBots} bots, ${of.messages} messages`,
    },
    run: (date, machine) => `Run of ${date} on ${machine}. × is the ratio to the first row.`,
    quick: "A quick try: too little is measured for these figures to mean anything.",
    bots: (count) => `${count} bots`,
    speed: {
      replyP50: "reply p50 ms",
      replyP95: "reply p95 ms",
      ackSmall: `${of.few} at once: ack p99 ms`,
      rateSmall: "replies/s",
      ackLarge: `${of.many} at once: ack p99 ms`,
      rateLarge: "replies/s",
    },
    rest: {
      dropP50: "back after a drop: p50 s",
      dropP95: "p95 s",
      outageP50: `back after a ${outage}: p50 s`,
      outageP95: "p95 s",
      memoryFew: `${of.bots} bots: MiB`,
      memoryMany: `${of.allBots} bots: MiB`,
      memoryPerBot: "MiB per further bot",
      idle: "idle: % of a core",
    },
    model: `a model's answer, ${of.answerWords} pieces, one every ${of.wordMs} ms`,
    answers: {
      firstP50: "first words after the first token: p50 ms",
      firstP95: "p95 ms (goal: 150)",
      wholeP50: "whole answer: p50 ms",
      wholeP95: "p95 ms",
      added: "later than directly: p50 ms",
    },
    switching: "the console, from the click to the page",
    switches: {
      overview: "overview: p50 ms",
      bots: "bots: p50 ms",
      messages: "messages: p50 ms",
      sandbox: "sandbox: p50 ms",
      others: "other pages: p50 ms",
      all: "all: p95 ms",
    },
    failed: "failed",
    chart: {
      title: `Seconds until ${of.allBots} bots are connected again (p95)`,
      drop: "after a drop",
      outage: `after a ${outage}`,
    },
  };
}

function chinese(of: Shown): Words {
  const outage = `故障 ${of.outageSeconds} 秒后`;
  return {
    names: {
      direct: "直接调用模型",
      sdk: "仅用 SDK，不存储",
      channel: "LarkChannel，不存储",
      pglite: "Larkspur（PGlite）",
      postgres: "Larkspur（PostgreSQL）",
      fewBots: "1 个机器人",
      manyBots: `${of.consoleBots} 个机器人，${of.messages} 条消息`,
    },
    run: (date, machine) => `测量于 ${date}，${machine}。× 为与第一行之比。`,
    quick: "快速试跑：测量量太小，数值不具参考意义。",
    bots: (count) => `${count} 个机器人`,
    speed: {
      replyP50: "回复 p50 ms",
      replyP95: "回复 p95 ms",
      ackSmall: `同时 ${of.few} 条：确认 p99 ms`,
      rateSmall: "回复/秒",
      ackLarge: `同时 ${of.many} 条：确认 p99 ms`,
      rateLarge: "回复/秒",
    },
    rest: {
      dropP50: "断线后恢复：p50 s",
      dropP95: "p95 s",
      outageP50: `${outage}恢复：p50 s`,
      outageP95: "p95 s",
      memoryFew: `${of.bots} 个机器人：MiB`,
      memoryMany: `${of.allBots} 个机器人：MiB`,
      memoryPerBot: "每增加一个机器人 MiB",
      idle: "空闲时占单核 %",
    },
    model: `模型的回答：${of.answerWords} 段，每 ${of.wordMs} ms 一段`,
    answers: {
      firstP50: "首个词元到首批文字：p50 ms",
      firstP95: "p95 ms（目标 150）",
      wholeP50: "完整回答：p50 ms",
      wholeP95: "p95 ms",
      added: "比直接调用多用：p50 ms",
    },
    switching: "控制台：从点击到页面显示",
    switches: {
      overview: "概览：p50 ms",
      bots: "机器人：p50 ms",
      messages: "消息：p50 ms",
      sandbox: "沙箱：p50 ms",
      others: "其他页面：p50 ms",
      all: "全部：p95 ms",
    },
    failed: "失败",
    chart: {
      title: `${of.allBots} 个机器人恢复连接所需秒数（p95）`,
      drop: "断线后",
      outage,
    },
  };
}
