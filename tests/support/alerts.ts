// Rules, bots in trouble and receivers of alerts, for tests.
import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { onTestFinished } from "vitest";
import { createRule } from "@/lib/alerts/changes";
import { type CreateRuleInput, createRuleSchema } from "@/lib/alerts/schemas";
import { AlertWatch, type AlertWatchDeps } from "@/lib/alerts/watch";
import type { Database } from "@/lib/db/client";
import { connectionChanges, connections, events } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";
import { quietLogger } from "@/tests/support/databases";
import { answerJson, startService, type TestService } from "@/tests/support/http-service";
import { testSealer } from "@/tests/support/people";

const TIMING = { lookMs: 20, gatherMs: 60, graceMs: 0, steadyMs: 0, retryMs: [50] };

export const PUBLIC_URL = "https://larkspur.test";

/** Started; stopped when the test ends, or before. */
export function startWatch(db: Database, more: Partial<AlertWatchDeps> = {}): AlertWatch {
  const { timing, ...rest } = more;
  const watch = new AlertWatch({
    bus: { publish: () => undefined },
    db,
    logger: quietLogger,
    sealer: testSealer,
    env: { mail: undefined, publicUrl: PUBLIC_URL },
    timing: { ...TIMING, ...timing },
    ...rest,
  });
  watch.start();
  onTestFinished(() => watch.stop());
  return watch;
}

type RuleInput = Partial<Omit<CreateRuleInput, "conditions">> & {
  target: string;
  conditions?: Partial<CreateRuleInput["conditions"]>;
};

export function addRule(db: Database, owner: Viewer, input: RuleInput): Promise<string> {
  const parsed = createRuleSchema.parse({ name: "Duty", channel: "webhook", conditions: {}, ...input });
  return createRule({ db, sealer: testSealer }, owner, { ...parsed, locale: input.locale ?? "en" });
}

const IN_AN_HOUR = sql`now() + interval '1 hour'`;

/** As a connection manager writes it. */
export async function setState(
  db: Database,
  botId: string,
  state: "connecting" | "connected" | "reconnecting" | "error",
  reason: Reason | null = null,
): Promise<void> {
  const isUp = state === "connected";
  const row = {
    state,
    error: isUp ? null : reason,
    leaseOwner: "test",
    leaseUntil: IN_AN_HOUR,
    ...(isUp ? { connectedAt: sql`now()`, lastHeartbeatAt: sql`now()` } : {}),
  };
  await db
    .insert(connections)
    .values({ botId, ...row })
    .onConflictDoUpdate({ target: connections.botId, set: row });
  await db.insert(connectionChanges).values({ botId, state, reason });
}

/** A message that could not be answered. */
export async function failMessage(db: Database, botId: string, error: Reason): Promise<number> {
  const eventId = `${botId} ${Math.random()}`;
  const [row] = await db
    .insert(events)
    .values({
      botId,
      eventId,
      eventType: "im.message.receive_v1",
      source: "websocket",
      status: "failed",
      error,
      payload: {},
      lane: eventId,
      finishedAt: sql`now()`,
    })
    .returning({ id: events.id });
  return row?.id ?? 0;
}

/** A group's custom bot as Feishu has it: it checks the signature, and answers 200 whatever it says. */
export async function startCustomBot(secret: string): Promise<TestService & { hook: string }> {
  const service = await startService(({ body }, response) => {
    const key = `${body.timestamp}\n${secret}`;
    const isFresh = Math.abs(Date.now() / 1000 - Number(body.timestamp)) < 3600;
    const isRight = createHmac("sha256", key).digest("base64") === body.sign;
    if (isFresh && isRight) answerJson(response, { code: 0, msg: "success", data: {} });
    else answerJson(response, { code: 19021, msg: "sign match fail or timestamp is not within one hour" });
  });
  return { ...service, hook: `http://127.0.0.1:${service.port}/open-apis/bot/v2/hook/abc-123` };
}
