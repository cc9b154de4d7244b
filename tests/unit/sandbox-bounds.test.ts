import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppRegistry } from "@/lib/sandbox/apps";
import { CardTokens } from "@/lib/sandbox/card-tokens";
import { People } from "@/lib/sandbox/people";
import { RateWindow } from "@/lib/sandbox/rate-limits";
import { Ring } from "@/lib/sandbox/ring";
import { SentUuids } from "@/lib/sandbox/uuids";

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what the sandbox forgets", () => {
  it("keeps the newest entries of a ring and tells which one went", () => {
    const gone: number[] = [];
    const ring = new Ring<number>(2, (entry) => gone.push(entry));
    for (const entry of [1, 2, 3, 4]) ring.push(entry);
    expect(ring.entries).toEqual([3, 4]);
    expect(gone).toEqual([1, 2]);
    ring.clear();
    expect(ring.entries).toEqual([]);
    expect(gone).toEqual([1, 2, 3, 4]);
  });

  it("remembers a uuid for an hour, per app", () => {
    const uuids = new SentUuids();
    uuids.note("a", "u", "om_1");
    expect(uuids.get("b", "u")).toBeUndefined();
    vi.advanceTimersByTime(HOUR - 1);
    expect(uuids.get("a", "u")).toBe("om_1");
    vi.advanceTimersByTime(1);
    expect(uuids.get("a", "u")).toBeUndefined();
  });

  it("lets a card token be used twice within half an hour, by its app", () => {
    const tokens = new CardTokens();
    const token = tokens.issue("a", "om_1");
    expect(tokens.use("b", token)).toBeUndefined();
    expect([1, 2, 3].map(() => tokens.use("a", token))).toEqual(["om_1", "om_1", undefined]);
    const late = tokens.issue("a", "om_1");
    vi.advanceTimersByTime(HOUR / 2);
    expect(tokens.use("a", late)).toBeUndefined();
  });

  it("lets an access token expire and replaces it half an hour before", () => {
    const apps = new AppRegistry();
    apps.register({ appId: "a", appSecret: "s" });
    const first = apps.issueToken("a", 7_200);
    vi.advanceTimersByTime(1.5 * HOUR);
    expect(apps.issueToken("a", 7_200)).toEqual({ token: first.token, expire: 1_800 });
    vi.advanceTimersByTime(1);
    const second = apps.issueToken("a", 7_200);
    expect(second.token).not.toBe(first.token);
    expect(apps.appOfToken(first.token)?.appId).toBe("a");
    vi.advanceTimersByTime(HOUR / 2);
    expect(apps.appOfToken(first.token)).toBeUndefined();
    expect(apps.appOfToken(second.token)?.appId).toBe("a");
  });

  it("knows the same person by the same ids after forgetting them", () => {
    const people = new People(1);
    const ann = people.person("Ann");
    people.person("Bo");
    expect(people.get(ann.openId)).toBeUndefined();
    expect(people.person("Ann")).toEqual(ann);
  });

  it("counts the calls of the last second and says how long to wait", () => {
    const rate = new RateWindow(2, 1_000);
    expect(rate.take("a")).toBe(0);
    vi.advanceTimersByTime(400);
    expect(rate.take("a")).toBe(0);
    expect(rate.take("a")).toBe(600);
    expect(rate.take("b")).toBe(0);
    vi.advanceTimersByTime(600);
    expect(rate.take("a")).toBe(0);
    expect(rate.take("a")).toBe(400);
  });
});
