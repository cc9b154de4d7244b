// Finds out on whose behalf a request comes: an API token's, or a signed-in browser's.
import { cookies, headers } from "next/headers";
import type { NextRequest } from "next/server";
import type { AuthContext, Right } from "@/lib/auth/context";
import { requireSameOrigin } from "@/lib/auth/same-origin";
import { readSession } from "@/lib/auth/sessions";
import { findToken } from "@/lib/auth/tokens";
import { viewerOf } from "@/lib/auth/users";
import { AppError } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

const BEARER = /^Bearer(?:\s+(.*))?$/i;
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who calls, and by what right. */
export type Caller = Right & { viewer: Viewer };

/**
 * Throws `unauthenticated` for nobody, and for a token that is not one even where a session exists;
 * `forbidden` for a write that a page of somebody else's makes with our session, or a token that may only read.
 */
export async function identifyCaller(
  context: AuthContext,
  request: Pick<NextRequest, "headers" | "cookies" | "method">,
): Promise<Caller> {
  const bearer = BEARER.exec(request.headers.get("authorization") ?? "");
  if (bearer) {
    const found = await findToken(context, bearer[1]?.trim() ?? "");
    if (!found) throw new AppError("unauthenticated", "invalidToken");
    if (found.token.access === "read" && !READING.has(request.method)) throw new AppError("forbidden", "readingToken");
    return found;
  }
  const found = await readSession(context, request);
  if (!found) throw new AppError("unauthenticated", "unauthenticated");
  if (!READING.has(request.method)) requireSameOrigin(request.headers, context.env.publicUrl);
  return { viewer: viewerOf(found.user), session: found.session };
}

/** On whose behalf a request comes; throws as `identifyCaller` does. */
export const requireCaller = async (...call: Parameters<typeof identifyCaller>): Promise<Viewer> =>
  (await identifyCaller(...call)).viewer;

const ofPage = async (context: AuthContext) =>
  readSession(context, { cookies: await cookies(), headers: await headers() });

/** Who looks at the page being rendered; null when nobody is signed in. */
export async function currentViewer(context: AuthContext): Promise<Viewer | null> {
  const found = await ofPage(context);
  return found && viewerOf(found.user);
}

/** The session that the page being rendered is seen in. */
export const currentSessionId = async (context: AuthContext): Promise<string | undefined> =>
  (await ofPage(context))?.session.id;
