import { describe, expect, test } from "vitest";
import { overviewVerdict, rankOf, type Seen } from "@/app/_components/overview/verdict";
import en from "@/lib/text/en.json";

const bot = (name: string, state: Seen["state"], more: Partial<Seen> = {}): Seen => ({
  id: name,
  name,
  state,
  ...more,
});

describe("the overview's sentence", () => {
  test("counts those that take messages among those that shall", () => {
    const bots = [bot("a", "connected"), bot("b", "webhook"), bot("c", "off"), bot("d", "error")];
    expect(overviewVerdict(bots)).toMatchObject({ up: 2, total: 3, off: 1, more: 0 });
  });

  test("names the worst first, with its cause, and counts the others", () => {
    const bots = [
      bot("waits", "connecting"),
      bot("shares", "connected", { attention: "shared" }),
      bot("comes back", "reconnecting"),
      bot("refused", "error", { errorCode: "connection.credentials" }),
    ];
    const { first, more } = overviewVerdict(bots);
    expect(first).toMatchObject({ kind: "error", cause: "credentials", bot: { name: "refused" } });
    expect(more).toBe(3);
  });

  test("tells one cause once, for all bots that suffer for it", () => {
    const unpaid = (id: string) => ({
      attention: "unable" as const,
      failure: { reason: "No credit.", code: "model.unpaid", model: { id, name: "Qwen" } },
    });
    const bots = ["a", "b", "c"].map((name) => bot(name, "connected", unpaid("qwen")));
    const { first, more } = overviewVerdict([...bots, bot("d", "connected", unpaid("other"))]);
    expect(first).toMatchObject({ kind: "unable", others: 2, bot: { name: "a" } });
    expect(more).toBe(1);
    const refused = ["a", "b"].map((name) => bot(name, "error", { errorCode: "connection.dns" }));
    expect(overviewVerdict(refused)).toMatchObject({ first: { others: 1, cause: "dns" }, more: 0 });
    const unknown = ["a", "b"].map((name) => bot(name, "error"));
    expect(overviewVerdict(unknown)).toMatchObject({ first: { others: 0 }, more: 1 });
  });

  test("has those that need a look come first and those that are switched off last", () => {
    const bots = [bot("off", "off"), bot("up", "connected"), bot("hook", "webhook"), bot("refused", "error")];
    const order = bots.toSorted((a, b) => rankOf(a) - rankOf(b)).map(({ name }) => name);
    expect(order).toEqual(["refused", "up", "hook", "off"]);
  });

  test("says since when those that are connected have been so", () => {
    const at = (hour: string) => ({ connectedAt: `2026-01-01T${hour}:00:00.000Z` });
    const bots = [bot("a", "connected", at("08")), bot("b", "connected", at("09")), bot("c", "error", at("10"))];
    expect(overviewVerdict(bots).since).toBe(at("09").connectedAt);
    expect(overviewVerdict([bot("c", "error")]).since).toBeUndefined();
  });

  test("there are a few words for each reason of a connection", () => {
    expect(Object.keys(en.ui.causes.connection).toSorted()).toEqual(Object.keys(en.reasons.connection).toSorted());
  });
});
