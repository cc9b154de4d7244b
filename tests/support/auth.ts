// What signing in and calling need, around a test's own database.

import { NextRequest } from "next/server";
import { encode } from "next-auth/jwt";
import type { AuthContext } from "@/lib/auth/context";
import { sessionPayload } from "@/lib/auth/sessions";
import { Throttle } from "@/lib/auth/throttle";
import type { Database } from "@/lib/db/client";
import type { UserRow } from "@/lib/db/schema";
import { quietLogger } from "@/tests/support/databases";

const ORIGIN = "http://larkspur.test";

export const authContext = (db: Database): AuthContext => ({
  db,
  env: { publicUrl: undefined },
  logger: quietLogger,
  sessionSecret: "the session secret of the tests",
  signInThrottle: new Throttle(),
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
  const token = await encode({ token: sessionPayload(user), secret: context.sessionSecret, maxAge: seconds });
  return `larkspur.session=${token}`;
}
