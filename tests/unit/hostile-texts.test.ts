// Texts that strangers made to take long: what reads them takes time in proportion to their length.
import { expect, test } from "vitest";
import { parseMarkdown } from "@/app/_components/chat/markdown-blocks";
import { parseInline } from "@/app/_components/chat/markdown-inline";
import { cardMarkdown, simplified } from "@/lib/feishu/card-markdown";
import { splitThoughts, ThoughtSplitter } from "@/lib/models/thoughts";

const LENGTH = 2_000;
const TIMES = 16;
const LEAST_US = 500; // shorter times say nothing

/** In microseconds of this process: what else runs on the machine counts for nothing. */
function spent(work: () => unknown): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}

/** True where 16 times the length takes less than 100 times as long, in one of a few tries; its square would be 256. */
function isLinear(work: (length: number) => unknown): boolean {
  return [1, 2, 3, 4, 5].some(() => {
    const few = Math.max(
      spent(() => work(LENGTH)),
      LEAST_US,
    );
    return spent(() => work(LENGTH * TIMES)) < 100 * few;
  });
}

const PARTS = [
  "`",
  "```",
  "__",
  "[",
  "![a](",
  "<b>",
  "<hr>",
  "<details>",
  "</think>`",
  "|a|\n|-|\n",
  "> ",
  "- \n",
  "\n",
];
const READERS: [string, (text: string) => unknown][] = [
  ["words of Markdown", parseInline],
  ["blocks of Markdown", parseMarkdown],
  ["what a card shows", cardMarkdown],
  ["what a card shows at last", simplified],
  ["thoughts", splitThoughts],
  ["thoughts that are open", (text) => splitThoughts(`<think>${text}`)],
];

test.each(READERS)("%s", (_, read) => {
  for (const part of PARTS) {
    expect(
      isLinear((length) => read(`${part.repeat(length / part.length)}x`)),
      JSON.stringify(part),
    ).toBe(true);
  }
});

test.each(["a", "<b>", "</details>", "`</think>", " ", "`"])("thoughts and answers in pieces of %j", (piece) => {
  for (const begin of ["", "<think>", "<think>`"]) {
    const split = (length: number) => {
      const splitter = new ThoughtSplitter();
      splitter.push(begin);
      for (let pushed = 0; pushed < length; pushed += 1) splitter.push(piece);
      return splitter.end();
    };
    expect(isLinear(split), begin).toBe(true);
  }
});
