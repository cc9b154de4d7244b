import { describe, expect, test } from "vitest";
import { arrange, type ListView, queryOf, viewOf } from "@/app/_components/bots/list-view";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import type { BotDay } from "@/lib/overview/schemas";

const bot = (name: string, state: LiveBot["state"], owner = "Lin", lastEventAt?: string): LiveBot =>
  ({ bot: { id: name, name, appId: `cli_${name}`, owner: { id: owner, name: owner } }, state, lastEventAt }) as LiveBot;

const BOTS = [
  bot("Bot 10", "connected", "Zoe", "2026-01-01T10:00:00.000Z"),
  bot("Bot 2", "off", "Ann"),
  bot("alpha", "error", "Lin", "2026-01-01T11:00:00.000Z"),
];
const names = (view: Partial<ListView>) =>
  arrange(BOTS, { ...viewOf(new URLSearchParams()), ...view }, "en").map((live) => live.bot.name);

describe("the list of bots", () => {
  test("stands in the address and is read from it again", () => {
    const view: ListView = { q: "hr & it", filter: "trouble", sort: "event", isReversed: true };
    expect(viewOf(new URLSearchParams(queryOf(view)))).toEqual(view);
    expect(queryOf(viewOf(new URLSearchParams("state=nonsense&sort=-nonsense&x=1")))).toBe("?sort=-state");
    expect(queryOf(viewOf(new URLSearchParams()))).toBe("");
  });

  test("is searched by name, App ID and owner, and filtered by state", () => {
    expect(names({ q: "BOT" })).toEqual(["Bot 10", "Bot 2"]);
    expect(names({ q: "cli_alpha" })).toEqual(["alpha"]);
    expect(names({ q: "zoe" })).toEqual(["Bot 10"]);
    expect(names({ filter: "trouble" })).toEqual(["alpha"]);
    expect(names({ filter: "off", q: "10" })).toEqual([]);
  });

  test("is sorted as people count, what needs a look and what is newest first", () => {
    expect(names({})).toEqual(["alpha", "Bot 10", "Bot 2"]);
    expect(names({ sort: "added" })).toEqual(["Bot 10", "Bot 2", "alpha"]);
    expect(names({ sort: "name" })).toEqual(["alpha", "Bot 2", "Bot 10"]);
    expect(names({ sort: "name", isReversed: true })).toEqual(["Bot 10", "Bot 2", "alpha"]);
    expect(names({ sort: "state" })).toEqual(["alpha", "Bot 10", "Bot 2"]);
    expect(names({ sort: "event" })).toEqual(["alpha", "Bot 10", "Bot 2"]);
    expect(names({ sort: "owner" })).toEqual(["Bot 2", "alpha", "Bot 10"]);
  });

  test("begins with what fails: what cannot connect, what cannot answer, then most failures first", () => {
    const unable = { ...bot("unable", "connected"), lastOutcome: "failed" } as LiveBot;
    const day = (percent: number | null, messages: number, failed: number) => ({ percent, messages, failed }) as BotDay;
    const days = new Map([
      ["Bot 10", day(99.9, 3, 0)],
      ["calm", day(null, 0, 0)],
      ["some fail", day(80, 20, 4)],
    ]);
    const bots = [bot("calm", "connected"), ...BOTS, bot("some fail", "connected"), unable];
    const sorted = (query: string) =>
      arrange(bots, viewOf(new URLSearchParams(query)), "en", days).map((live) => live.bot.name);
    expect(sorted("")).toEqual(["alpha", "unable", "some fail", "calm", "Bot 10", "Bot 2"]);
    expect(sorted("sort=uptime").slice(0, 2)).toEqual(["some fail", "Bot 10"]);
    expect(sorted("sort=messages").slice(0, 2)).toEqual(["some fail", "Bot 10"]);
    expect(sorted("sort=failed")[0]).toBe("some fail");
  });
});
