// The first start: is the key the right one, who is the first administrator, and the one-time link to become it.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { AuthContext } from "@/lib/auth/context";
import { hashPassword } from "@/lib/auth/passwords";
import type { SetUpInput } from "@/lib/auth/schemas";
import { BOOTSTRAP_TOKEN_ID, keepBootstrapToken } from "@/lib/auth/tokens";
import { insertUser, lockPeople } from "@/lib/auth/user-changes";
import { getFirstAdmin, hasUsers, viewerOf } from "@/lib/auth/users";
import { recordAudit } from "@/lib/db/audit";
import type { Database, Transaction } from "@/lib/db/client";
import { settings, type UserRow } from "@/lib/db/schema";
import type { Environment } from "@/lib/env";
import { AppError, StartupError } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import { translate } from "@/lib/text/translate";

type Installation = { db: Database; sealer: Sealer; env: Pick<Environment, "admin" | "apiToken"> };

const CANARY = "installation/canary";
const SETUP_LINKS = "installation/setup-links";
const BOOTSTRAP_TOKEN = { id: BOOTSTRAP_TOKEN_ID, name: "LARKSPUR_API_TOKEN" };

// Each start without an account adds one; replicas that start together must not undo each other's.
const LINKS_LIMIT = 20;
const LINK_BYTES = 32;

/** Throws a `StartupError` for another installation's key, and for an API token that would belong to nobody. */
export async function prepareInstallation({ db, sealer, env }: Installation): Promise<void> {
  await requireSameKey(db, sealer);
  const needsAdmin = env.admin !== undefined && (await getFirstAdmin(db)) === null;
  const passwordHash = needsAdmin && env.admin ? await hashPassword(env.admin.password) : undefined;
  await db.transaction(async (tx) => {
    await lockPeople(tx);
    const admin =
      (await getFirstAdmin(tx)) ??
      (env.admin && passwordHash ? await createFirstAdmin(tx, env.admin.email, passwordHash) : null);
    if (env.apiToken && !admin) throw new StartupError("tokenNeedsAdmin");
    await keepBootstrapToken(tx, { ...BOOTSTRAP_TOKEN, token: env.apiToken?.trim(), userId: admin?.id });
  });
}

/** What to tell whoever started the process: while no account exists, a fresh link to make the first one. */
export async function announcement(runtime: Pick<AuthContext, "db">, baseUrl: string): Promise<string[]> {
  const token = randomBytes(LINK_BYTES).toString("base64url");
  const isOpen = await runtime.db.transaction(async (tx) => {
    await lockPeople(tx);
    if (await hasUsers(tx)) return false;
    const hashes = [...(await linkHashes(tx)), hashOf(token)].slice(-LINKS_LIMIT);
    await tx
      .insert(settings)
      .values({ key: SETUP_LINKS, value: hashes })
      .onConflictDoUpdate({ target: settings.key, set: { value: hashes, updatedAt: sql`now()` } });
    return true;
  });
  return isOpen ? [translate("en", "startup.setupLink", { url: `${baseUrl}/setup?token=${token}` })] : [];
}

export async function setUpState(
  runtime: Pick<AuthContext, "db">,
  token: string | undefined,
): Promise<"open" | "badToken" | "done"> {
  if (await hasUsers(runtime.db)) return "done";
  return isKnown(await linkHashes(runtime.db), token ?? "") ? "open" : "badToken";
}

/** Makes the first administrator. Of several at once, one wins; the others get `conflict`. */
export async function setUp(runtime: Pick<AuthContext, "db">, input: SetUpInput): Promise<UserRow> {
  await requireOpen(runtime.db, input.token);
  const passwordHash = await hashPassword(input.password);
  return runtime.db.transaction(async (tx) => {
    await lockPeople(tx);
    await requireOpen(tx, input.token);
    const user = await insertUser(tx, { email: input.email, name: input.name, role: "admin", passwordHash });
    await tx.delete(settings).where(eq(settings.key, SETUP_LINKS));
    await recordAudit(tx, viewerOf(user), {
      action: "installation.setUp",
      target: { id: user.id, name: user.name },
      detail: { email: user.email },
    });
    return user;
  });
}

async function requireOpen(db: Database | Transaction, token: string): Promise<void> {
  if (await hasUsers(db)) throw new AppError("conflict", "auth.alreadySetUp");
  if (!isKnown(await linkHashes(db), token)) throw new AppError("forbidden", "auth.badSetupLink");
}

// A sealed word in the database that only the key it was set up with can open.
async function requireSameKey(db: Database, sealer: Sealer): Promise<void> {
  await db
    .insert(settings)
    .values({ key: CANARY, value: sealer.seal("larkspur", CANARY) })
    .onConflictDoNothing();
  const [canary] = await db.select().from(settings).where(eq(settings.key, CANARY));
  try {
    sealer.unseal(z.string().parse(canary?.value), CANARY);
  } catch (cause) {
    throw new StartupError("secretDiffers", undefined, { cause });
  }
}

async function createFirstAdmin(tx: Transaction, email: string, passwordHash: string): Promise<UserRow> {
  const address = email.trim().toLowerCase();
  const name = address.split("@")[0] ?? address;
  const user = await insertUser(tx, { email: address, name, role: "admin", passwordHash });
  await tx.delete(settings).where(eq(settings.key, SETUP_LINKS));
  await recordAudit(tx, null, {
    action: "user.created",
    target: { id: user.id, name: user.name },
    detail: { email: user.email, role: user.role },
  });
  return user;
}

async function linkHashes(db: Database | Transaction): Promise<string[]> {
  const [row] = await db.select().from(settings).where(eq(settings.key, SETUP_LINKS));
  return row ? z.array(z.string()).parse(row.value) : [];
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

function isKnown(hashes: string[], token: string): boolean {
  const given = Buffer.from(hashOf(token));
  return hashes.some((hash) => hash.length === given.length && timingSafeEqual(Buffer.from(hash), given));
}
