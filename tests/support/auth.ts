// What signing in and calling need, around a test's own database.
import { scryptSync } from "node:crypto";
import { NextRequest } from "next/server";
import { encode } from "next-auth/jwt";
import { AddressRanges } from "@/lib/address-ranges";
import { CallLimits } from "@/lib/auth/call-limits";
import type { AuthContext } from "@/lib/auth/context";
import { FailedAttempts } from "@/lib/auth/failed-attempts";
import { sessionPayload, startSession } from "@/lib/auth/sessions";
import type { Database } from "@/lib/db/client";
import type { UserRow } from "@/lib/db/schema";
import { quietLogger } from "@/tests/support/databases";

const ORIGIN = "http://larkspur.test";

export const authContext = (db: Database): AuthContext => ({
  db,
  bus: { publish: () => undefined },
  env: { publicUrl: undefined, trustedProxies: new AddressRanges(), platform: { holdsConnections: true } },
  logger: quietLogger,
  sessionSecret: "the session secret of the tests",
  failedAttempts: new FailedAttempts(db),
  callLimits: new CallLimits({ db, logger: quietLogger }),
});

export type Call = { method?: string; origin?: string; bearer?: string; authorization?: string; cookie?: string };

/** A request as a browser or program sends it. */
export function requestOf({ method = "GET", origin, bearer, authorization, cookie }: Call): NextRequest {
  const headers: Record<string, string> = { host: new URL(ORIGIN).host };
  if (origin) headers.origin = origin;
  if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
  if (authorization) headers.authorization = authorization;
  if (cookie) headers.cookie = cookie;
  return new NextRequest(`${ORIGIN}/api/anything`, { method, headers });
}

/** The cookie that the browser of a signed-in person sends. */
export async function sessionCookieOf(context: AuthContext, user: UserRow, seconds = 60): Promise<string> {
  const session = await startSession(context.db, user.id, { address: "10.0.0.1", userAgent: "A browser" });
  const token = await encode({ token: sessionPayload(session), secret: context.sessionSecret, maxAge: seconds });
  return `larkspur.session=${token}`;
}

/** As if somebody had guessed so often under this key. */
export async function failTimes(db: Database, key: string, times: number): Promise<void> {
  const attempts = new FailedAttempts(db);
  for (let i = 0; i < times; i++)
    await attempts.guard(
      key,
      async () => false,
      (isRight) => !isRight,
    );
}

/** A password's hash that costs next to nothing, for tests that check many. */
export function cheapHash(password: string): string {
  const salt = Buffer.from("sixteen bytes...");
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  const text = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$scrypt$ln=10,r=8,p=1$${text(salt)}$${text(key)}`;
}
