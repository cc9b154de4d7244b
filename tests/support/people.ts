// People and bots that tests put into a database directly.
import { randomUUID } from "node:crypto";
import { createBot } from "@/lib/bots/changes";
import type { CreateBotInput } from "@/lib/bots/schemas";
import type { Database } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { createSealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";
import { randomAppId } from "@/tests/support/app-ids";

export const testSealer = createSealer("the master key of the tests, a long one");

export async function addPerson(db: Database, name: string, role: "admin" | "member" = "member"): Promise<Viewer> {
  const id = randomUUID();
  await db.insert(users).values({ id, name, role, email: `${id}@example.com`, passwordHash: "none" });
  return { userId: id, name, isAdmin: role === "admin" };
}

export const botsContext = (db: Database) => ({ db, sealer: testSealer, platform: { holdsConnections: true } });

/** A bot of the person's, with random credentials unless some are given. Returns its id. */
export function addBot(db: Database, owner: Viewer, input: Partial<CreateBotInput> = {}): Promise<string> {
  return createBot(botsContext(db), owner, { name: "A bot", appId: randomAppId(), appSecret: "secret", ...input });
}
