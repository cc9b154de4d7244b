import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { CallLimits } from "@/lib/auth/call-limits";
import { signIn } from "@/lib/auth/sign-in";
import { rateCounters } from "@/lib/db/auth-tables";
import type { Database } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { deleteOldSessions } from "@/lib/events/retention";
import { authContext, cheapHash, failTimes } from "@/tests/support/auth";
import { describeOnDatabases, freshDatabase, quietLogger } from "@/tests/support/databases";
import { addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const tooMany = (seconds: unknown = expect.any(Number)) =>
  expect.objectContaining({ code: "rate_limited", retryAfterSeconds: seconds });

const later = (db: Database, interval: string) =>
  db.execute(sql`update rate_counters set since = since - ${interval}::interval,
    paused_until = paused_until - ${interval}::interval`);

describeOnDatabases("failed sign-ins", (kind) => {
  const right = { email: "ann@example.com", password: "a long password" };

  async function scene() {
    const { db } = await freshDatabase(kind);
    await addPerson(db, "Root", "admin");
    const [ann] = await db
      .insert(users)
      .values({ id: "ann", email: right.email, name: "Ann", role: "member", passwordHash: cheapHash(right.password) })
      .returning();
    if (!ann) throw new Error("nobody was added");
    return { db, ann, context: authContext(db) };
  }

  // Whoever made up addresses had an account paused for everybody: 69 of 69 right passwords were refused.
  test("pause the address that they come from, however right it is then, and no account", async () => {
    const { db, context } = await scene();
    await failTimes(db, "address 192.0.2.1", 19);
    expect(await signIn(context, { ...right, password: "guess", address: "192.0.2.1" })).toBeNull();
    await expect(signIn(context, { ...right, address: "192.0.2.1" })).rejects.toEqual(tooMany());
    expect(await signIn(context, { ...right, address: "192.0.2.2" })).not.toBeNull();
  });

  test("are counted together for a whole IPv6 network, and for unknown people too", async () => {
    const { db, context } = await scene();
    await failTimes(db, "address 2001:db8:1:2::/64", 19);
    expect(await signIn(context, { email: "x@y.zz", password: "guess", address: "2001:db8:1:2:a::1" })).toBeNull();
    await expect(signIn(context, { ...right, address: "2001:db8:1:2::77" })).rejects.toEqual(tooMany());
    expect(await signIn(context, { ...right, address: "2001:db8:1:3::77" })).not.toBeNull();
  });

  test("leave a known device its own allowance, which is none for other people's accounts", async () => {
    const { db, ann, context } = await scene();
    await failTimes(db, "address 192.0.2.1", 20);
    const knownDevice = (userId: string) => (userId === ann.id ? "d1" : undefined);
    const here = { address: "192.0.2.1", knownDevice };
    expect(await signIn(context, { ...right, ...here })).not.toBeNull();
    await expect(signIn(context, { email: "root@example.com", password: "guess", ...here })).rejects.toEqual(tooMany());
    await failTimes(db, "device d1", 20);
    await expect(signIn(context, { ...right, ...here })).rejects.toEqual(tooMany());
  });

  test("count in every process alike, and after a restart", async () => {
    const { db } = await scene();
    await failTimes(db, "address 192.0.2.1", 12);
    await failTimes(db, "address 192.0.2.1", 8);
    await expect(failTimes(db, "address 192.0.2.1", 1)).rejects.toEqual(tooMany());
  });

  test("pause longer each time, and are forgotten after an hour", async () => {
    const { db } = await scene();
    const seconds: number[] = [];
    for (let round = 0; round < 7; round++) {
      await failTimes(db, "k", 20);
      const error: unknown = await failTimes(db, "k", 1).catch((refused: unknown) => refused);
      seconds.push((error as { retryAfterSeconds: number }).retryAfterSeconds);
      await later(db, "16 minutes");
    }
    expect(seconds.map((length) => Math.ceil(length / 60))).toEqual([1, 2, 4, 8, 15, 15, 15]);
    await later(db, "1 hour");
    await failTimes(db, "k", 20);
    await expect(failTimes(db, "k", 1)).rejects.toMatchObject({ retryAfterSeconds: expect.closeTo(60, -1) });
    await later(db, "3 hours");
    await deleteOldSessions(db);
    expect(await db.select().from(rateCounters)).toEqual([]);
  });

  // Sixty sign-ins of nobody's filled the queue of hashes, and right ones failed.
  test("at once are no way around it, and keep nobody else waiting", async () => {
    const { context } = await scene();
    const flood = Array.from({ length: 60 }, (_, i) =>
      signIn(context, { ...right, password: `guess ${i}`, address: "192.0.2.1" }),
    );
    const outcomes = Promise.allSettled(flood);
    let isOver = false;
    void outcomes.then(() => {
      isOver = true;
    });
    expect(await signIn(context, { ...right, address: "192.0.2.2" })).not.toBeNull();
    expect(isOver).toBe(false);
    const checked = (await outcomes).filter(({ status }) => status === "fulfilled");
    expect(checked).toHaveLength(20);
  });
});

describeOnDatabases("calls beyond a limit", (kind) => {
  test("are refused until the minute is over, and only those of that key", async () => {
    const { db } = await freshDatabase(kind);
    let now = 0;
    const limits = new CallLimits({ db, logger: quietLogger, now: () => now });
    for (let i = 0; i < 600; i++) limits.count("token a");
    now = 20_000;
    expect(() => limits.count("token a")).toThrow(tooMany(40));
    limits.count("token b");
    now = 60_000;
    limits.count("token a");
  });

  test("are those of all processes together", async () => {
    const { db } = await freshDatabase(kind);
    const [here, there] = [new CallLimits({ db, logger: quietLogger }), new CallLimits({ db, logger: quietLogger })];
    const told = async () => (await db.select().from(rateCounters))[0]?.count ?? 0;
    for (let i = 0; i < 590; i++) here.count("token a");
    await waitFor(async () => (await told()) === 1, "the first call to be told");
    here.count("token a");
    await waitFor(async () => (await told()) === 591, "the other calls to be told");
    there.count("token a");
    await waitFor(async () => (await told()) === 592, "the other process to tell of its own");
    // The answer to that comes a moment later.
    const refused = () => {
      try {
        there.count("token a");
      } catch (error) {
        return error;
      }
      return undefined;
    };
    let taken = 1;
    const refusal = await waitFor(() => {
      const error = refused();
      if (!error) taken += 1;
      return error;
    }, "the limit to be reached");
    expect(refusal).toEqual(tooMany());
    expect(taken).toBeLessThan(60);
  });
});
