import { expect, test } from "vitest";
import { foundGroups } from "@/app/_components/search/choices";

const APP_ID = "cli_a1b2c3d4e5f60718";

test("a bot's App ID stands beside its name only where it was looked for", () => {
  const found = {
    bots: [{ id: "1", name: "Librarian", appId: APP_ID, state: "connected" as const }],
    messages: [],
    chats: [],
    people: [],
  };
  const detailFor = (q: string) =>
    foundGroups(found, q, () => undefined, { all: (words) => words, when: () => "", direct: "", group: "" })[0]
      ?.choices[0]?.detail;
  expect(detailFor("librar")).toBeUndefined();
  expect(detailFor("cli_a1b2")).toBe(APP_ID);
});
