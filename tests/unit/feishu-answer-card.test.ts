import { expect, test } from "vitest";
import { answerCard } from "@/lib/feishu/answer-card";
import { hasTable } from "@/lib/feishu/card-markdown";

const table = "| a | b |\n| --- | --- |\n| 1 | 2 |\n";
const panelOf = (thoughts: string) => {
  const { body } = answerCard({ text: "Hello!", locale: "en", thoughts }) as {
    body: { elements: { element_id?: string; elements?: { content: string }[] }[] };
  };
  return body.elements.find(({ element_id }) => element_id === "thoughts")?.elements?.[0]?.content;
};

test("tables in thoughts take no place among those that a card may have", () => {
  const shown = panelOf(`Hm:\n\n${table}\n${table}\nSo.`);
  expect(shown).toContain("| 1 | 2 |");
  expect(hasTable(shown ?? "")).toBe(false);
  const long = panelOf(`${table}\n`.repeat(300)) ?? "";
  expect(hasTable(long)).toBe(false);
  expect(Buffer.byteLength(long)).toBeLessThan(5 * 1024);
});

test("thoughts without a word draw no panel", () => {
  expect(panelOf("Hm.")).toBe("Hm.");
  expect(panelOf(" \n")).toBeUndefined();
});
