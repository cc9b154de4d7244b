// Finds out on whose behalf a request comes: an API token's, or a signed-in browser's.
import { cookies } from "next/headers";
import type { NextRequest } from "next/server";
import type { AuthContext } from "@/lib/auth/context";
import { requireSameOrigin } from "@/lib/auth/same-origin";
import { readSession } from "@/lib/auth/sessions";
import { viewerOfToken } from "@/lib/auth/tokens";
import { viewerOf } from "@/lib/auth/users";
import { AppError } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

const BEARER = /^Bearer(?:\s+(.*))?$/i;
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws `unauthenticated` for nobody, and for a token that is not one even where a session exists;
 * `forbidden` for a write that a page of somebody else's makes with our session, or a token that may only read.
 */
export async function requireCaller(
  context: AuthContext,
  request: Pick<NextRequest, "headers" | "cookies" | "method">,
): Promise<Viewer> {
  const bearer = BEARER.exec(request.headers.get("authorization") ?? "");
  if (bearer) {
    const found = await viewerOfToken(context, bearer[1]?.trim() ?? "");
    if (!found) throw new AppError("unauthenticated", "invalidToken");
    if (found.access === "read" && !READING.has(request.method)) throw new AppError("forbidden", "readingToken");
    return found.viewer;
  }
  const user = await readSession(context, request.cookies);
  if (!user) throw new AppError("unauthenticated", "unauthenticated");
  if (!READING.has(request.method)) requireSameOrigin(request.headers, context.env.publicUrl);
  return viewerOf(user);
}

/** Who looks at the page being rendered; null when nobody is signed in. */
export async function currentViewer(context: AuthContext): Promise<Viewer | null> {
  const user = await readSession(context, await cookies());
  return user && viewerOf(user);
}
