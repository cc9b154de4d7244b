import { describe, expect, test } from "vitest";
import { verdictOf } from "@/app/_components/bots/bot-state";
import { causeOf, groupByCause, groupedIn, isMany } from "@/app/_components/bots/causes";
import type { LiveBot } from "@/app/_components/bots/use-bots";

const live = (id: string, more: Partial<LiveBot> & { domain?: string } = {}): LiveBot => {
  const { domain = "feishu", ...rest } = more;
  return { bot: { id, name: id, domain } as LiveBot["bot"], status: undefined, state: "connected", ...rest };
};
const failing = (id: string, errorCode: string, domain?: string) =>
  live(id, {
    state: "error",
    status: { botId: id, state: "error", error: `Because of ${errorCode}.`, errorCode },
    ...(domain === undefined ? {} : { domain }),
  });
const unpaid = { reason: "No credit.", code: "model.unpaid", model: { id: "qwen", name: "Qwen" } };

describe("causes of several bots", () => {
  test("are told once each, what is worse and what more suffer from first; a single bot tells its own", () => {
    const bots = [
      failing("a", "connection.dns"),
      failing("b", "connection.credentials"),
      live("c", { failure: unpaid }),
      failing("d", "connection.credentials"),
      failing("e", "connection.credentials"),
      live("f", { failure: unpaid }),
      failing("g", "connection.dns", "https://feishu.example"),
      failing("h", "connection.dns"),
      live("i"),
    ];
    const attentions = bots.map(({ failure }) => (failure ? ("unable" as const) : undefined));
    const groups = groupByCause(bots, attentions);
    expect(groups.map(({ kind, bots }) => [kind, bots.map(({ bot }) => bot.id).join("")])).toEqual([
      ["error", "bde"],
      ["error", "ah"],
      ["unable", "cf"],
    ]);
    expect(groups.filter(isMany)).toEqual([]);
    expect(groupByCause([...bots, failing("j", "connection.credentials")], attentions).map(isMany)).toEqual([
      ...[true, false, false],
    ]);
    expect([...groupedIn(groups)].toSorted().join("")).toBe("abcdefh");
  });

  test("are one in the sentence above the list only where all suffer for the same", () => {
    const truth = (bot: LiveBot) => ({
      ...{ id: bot.bot.id, name: bot.bot.name, state: bot.state, errorCode: bot.status?.errorCode },
      cause: causeOf(bot, undefined)?.key,
    });
    const same = [failing("a", "connection.dns"), failing("b", "connection.dns"), live("c")];
    expect(verdictOf(same.map(truth))).toMatchObject({ kind: "failing", count: 2, causes: 1 });
    const two = [...same, failing("d", "connection.credentials")];
    expect(verdictOf(two.map(truth))).toMatchObject({ kind: "failing", count: 3, causes: 2 });
    const unknown = [live("a", { state: "error" }), live("b", { state: "error" })];
    expect(verdictOf(unknown.map(truth))).toMatchObject({ causes: 2 });
  });
});
