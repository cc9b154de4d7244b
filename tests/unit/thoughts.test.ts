import { expect, test } from "vitest";
import { splitThoughts, ThoughtSplitter } from "@/lib/models/thoughts";

const details = (summary: string) =>
  `<details style="color:gray;padding: 8px;" open> <summary> ${summary} </summary>\n`;

const CASES: [what: string, written: string, text: string, thoughts: string][] = [
  ["a block at the beginning", "<think>\nHm.\n</think>\n\nHello!", "Hello!", "Hm."],
  ["an answer right behind it", "<think>Hm.</think>Hello `x`!", "Hello `x`!", "Hm."],
  ["empty lines before it", "\n \n  <think>Hm.</think>Hello!", "Hello!", "Hm."],
  ["capital letters", "<Think>Hm.</THINK>\nHello!", "Hello!", "Hm."],
  ["<thinking>", "<thinking>Hm.</thinking>\nHello!", "Hello!", "Hm."],
  ["<thought>", "<thought>\nHm.\n</thought>\nHello!", "Hello!", "Hm."],
  ["two blocks", "<think>One.</think>\n<think>Two.</think>\nHello!", "Hello!", "One.\n\nTwo."],
  ["an empty block", "<think>\n\n</think>\n\nHello!", "Hello!", ""],
  ["an unclosed block", "<think>\nHello, you!", "Hello, you!", ""],
  ["no opening tag", "Hm, a greeting.\n</think>\n\nHello!", "Hello!", "Hm, a greeting."],
  ["no opening tag, an empty line after it", "Hm, a greeting.</think>\n\nHello!", "Hello!", "Hm, a greeting."],
  ["no opening tag, the answer on its line", "Hm.\n</think>Hello!", "Hello!", "Hm."],
  ["no opening tag and no answer", "Hello!\n</think>", "Hello!", ""],
  ["a closing tag alone", "</think>\n\nHello!", "Hello!", ""],
  ["Dify's block", `${details("Thinking...")}Hm.\n</details>\n\nHello!`, "Hello!", "Hm."],
  ["Dify's block in Chinese", `${details("思考中")}Hm.</details>Hello!`, "Hello!", "Hm."],
  ["Dify's block, unclosed", `${details("Thinking...")}Hello!`, "Hello!", ""],
  ["other details", `${details("More")}Hm.\n</details>\n\nHello!`, `${details("More")}Hm.\n</details>\n\nHello!`, ""],
  ["a tag in code first", "`<think>` opens thoughts.\n</thinks>", "`<think>` opens thoughts.\n</thinks>", ""],
  [
    "both tags in code",
    "Write `<think>` and `</think>`.\n\nThat is all.",
    "Write `<think>` and `</think>`.\n\nThat is all.",
    "",
  ],
  ["a closing tag in a fence", "So:\n```xml\n</think>\n\n```\nDone.", "So:\n```xml\n</think>\n\n```\nDone.", ""],
  ["a fence first", "```\n<think>\nHm.\n</think>\n```", "```\n<think>\nHm.\n</think>\n```", ""],
  ["indented code first", "    <think>\n    Hm.</think>", "    <think>\n    Hm.</think>", ""],
  ["a tag later", "First <think>Hm.</think>\n\nthen.", "First <think>Hm.</think>\n\nthen.", ""],
  ["a tag within a sentence", "End it with </think> and go on.", "End it with </think> and go on.", ""],
  ["a second closing tag", "<think>Hm.</think>One.\n</think>\n\nTwo.", "One.\n</think>\n\nTwo.", "Hm."],
  ["the closing tag in the thoughts' code", "<think>Is `</think>` a tag?</think>Yes.", "Yes.", "Is `</think>` a tag?"],
  ["a fence in the thoughts", "<think>\n```\n</think>\n```\nHm.\n</think>\nYes.", "Yes.", "```\n</think>\n```\nHm."],
  ["a fence that the thoughts leave open", "<think>\n```js\nlet a;\n</think>\nYes.", "Yes.", "```js\nlet a;"],
  ["a backtick that the thoughts leave open", "<think>A ` here.</think>\nYes.", "Yes.", "A ` here."],
  ["no tag at all", "Is 1 < 2? <b>Yes</b>.", "Is 1 < 2? <b>Yes</b>.", ""],
  ["the beginning of a tag", "<thin", "<thin", ""],
  ["nothing", "", "", ""],
];

const read = (pieces: string[]) => {
  const splitter = new ThoughtSplitter();
  const shown: string[] = [];
  for (const piece of pieces) {
    splitter.push(piece);
    shown.push(splitter.text);
  }
  const { text, thoughts } = splitter.end();
  return { text: text.trim(), thoughts, shown };
};

test.each(CASES)("%s", (_, written, text, thoughts) => {
  const whole = splitThoughts(written);
  expect({ ...whole, text: whole.text.trim() }).toEqual({ text: text.trim(), thoughts });
  for (let at = 0; at <= written.length; at += 1) {
    expect(read([written.slice(0, at), written.slice(at)]), `cut at ${at}`).toMatchObject({
      text: text.trim(),
      thoughts,
    });
  }
  const { shown, ...byCharacter } = read([...written]);
  expect(byCharacter).toEqual({ text: text.trim(), thoughts });
  // What is opened by a tag is never shown as an answer on the way.
  if (thoughts !== "" && /^\s*</.test(written)) {
    for (const soFar of shown) expect(text.startsWith(soFar.trim())).toBe(true);
  }
});

test("any text is split alike, however it is cut", () => {
  const words = [
    "<think>",
    "</think>",
    "</Thinking>",
    "<thinking>",
    details("Thinking"),
    "</details>",
    "`",
    "```",
    "```js",
  ];
  const pieces = [...words, "\n", "\n\n", " ", "    ", "> ", "- ", "Hm.", "x < y"];
  let seed = 20_261;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 2_000; round += 1) {
    const written = Array.from({ length: 1 + random(14) }, () => pieces[random(pieces.length)]).join("");
    const whole = splitThoughts(written);
    const { shown: _, ...byCharacter } = read([...written]);
    expect(byCharacter, JSON.stringify(written)).toEqual({ ...whole, text: whole.text.trim() });
    const at = random(written.length);
    const { shown: __, ...inTwo } = read([written.slice(0, at), written.slice(at)]);
    expect(inTwo, JSON.stringify([written, at])).toEqual({ ...whole, text: whole.text.trim() });
  }
});

test("thoughts that came in a field of their own leave a closing tag in the text", () => {
  const splitter = new ThoughtSplitter({ hasThoughts: true });
  splitter.push("It ends with\n</think>\n\nas always.");
  expect(splitter.end()).toEqual({ text: "It ends with\n</think>\n\nas always.", thoughts: "" });
});

test("thoughts that were cut off are no answer", () => {
  const splitter = new ThoughtSplitter();
  splitter.push("<think>So much to th");
  expect(splitter.end({ isCut: true })).toEqual({ text: "", thoughts: "So much to th" });
});
