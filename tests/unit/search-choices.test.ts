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
    foundGroups(found, q, () => undefined, { all: (words) => words, when: () => "" })[0]?.choices[0]?.detail;
  expect(detailFor("librar")).toBeUndefined();
  expect(detailFor("cli_a1b2")).toBe(APP_ID);
});

test("chats and people are called by a title, their id stands beside it only where it was looked for", () => {
  const bot = { botId: "1", botName: "Librarian" };
  const found = {
    bots: [],
    messages: [],
    chats: [{ chatId: "oc_a1b2c3", chatType: "group", title: "Group of Li Lei, Wang Fang", ...bot }],
    people: [{ senderId: "ou_d4e5f6", title: "Unnamed person", ...bot }],
  };
  const shownFor = (q: string) =>
    foundGroups(found, q, () => undefined, { all: (words) => words, when: () => "" })
      .filter(({ name }) => name !== "more")
      .flatMap(({ choices }) => choices.map(({ title, detail }) => [title, detail]));
  expect(shownFor("li lei")).toEqual([
    ["Group of Li Lei, Wang Fang", "Librarian"],
    ["Unnamed person", "Librarian"],
  ]);
  expect(shownFor("oc_a1")[0]).toEqual(["Group of Li Lei, Wang Fang", "Librarian · oc_a1b2c3"]);
  expect(shownFor("ou_d4")[1]).toEqual(["Unnamed person", "Librarian · ou_d4e5f6"]);
});
