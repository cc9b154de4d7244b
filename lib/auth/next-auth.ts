// Signing in and out over next-auth: credentials, kept in a signed cookie.
import type { NextRequest } from "next/server";
import NextAuth, { type AuthOptions, type LoggerInstance } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import type { AuthContext } from "@/lib/auth/context";
import { isEncrypted } from "@/lib/auth/same-origin";
import { SESSION_SECONDS, sessionCookie, sessionPayload, userOfSession } from "@/lib/auth/sessions";
import { addressOf, signIn } from "@/lib/auth/sign-in";
import { getUser, showUser } from "@/lib/auth/users";
import { AppError, notFound } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

// Not `_log`, which lets anybody write to the log, nor next-auth's own pages for what is not offered.
const ACTIONS = new Set(["csrf", "providers", "session", "signin", "signout", "callback", "error"]);

const CALLBACK_COOKIES = ["next-auth.callback-url", "__Secure-next-auth.callback-url"];

const isCallbackUrl = (url: string | null | undefined): boolean =>
  url === null || url === undefined || url.startsWith("/") || (/^https?:\/\/./.test(url) && URL.canParse(url));

export type NextAuthRoute = { params: Promise<{ nextauth: string[] }> };

/** Throws what kept a sign-in from being checked at all; a wrong password is an answer of next-auth's (401). */
export async function handleNextAuth(
  context: AuthContext,
  request: NextRequest,
  route: NextAuthRoute,
  origin: string,
): Promise<Response> {
  const { nextauth } = await route.params;
  if (!ACTIONS.has(nextauth[0] ?? "")) throw notFound("page");
  const [action, provider] = nextauth;
  // Both are mistakes of the configuration to next-auth, which answers them with 500.
  if (action === "callback" && provider === "credentials" && request.method !== "POST") {
    throw new AppError("method_not_allowed", "methodNotAllowed", { params: { method: request.method } });
  }
  const entered = request.nextUrl.searchParams.get("callbackUrl");
  const kept = CALLBACK_COOKIES.map((name) => request.cookies.get(name)?.value);
  if (![entered, ...kept].every(isCallbackUrl)) throw badCallbackUrl();
  // next-auth takes the host from the request only when it is told to; without it, it insists on one fixed address.
  process.env.AUTH_TRUST_HOST ??= "true";
  let failure: unknown;
  const options = authOptions(context, request, origin, (error) => {
    failure = error;
  });
  const response: Response = await NextAuth(request, { params: { nextauth } }, options);
  // next-auth would put the error's message into an address.
  if (failure) throw failure;
  return response;
}

function authOptions(
  context: AuthContext,
  request: NextRequest,
  origin: string,
  onFailure: (error: unknown) => void,
): AuthOptions {
  return {
    secret: context.sessionSecret,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    cookies: { sessionToken: sessionCookie(isEncrypted(origin, context.env.publicUrl)) },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    logger: quiet(context.logger),
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given) {
          const { email, password } = given ?? {};
          if (typeof email !== "string" || typeof password !== "string") return null;
          try {
            return await signIn(context, { email, password, address: addressOf(request.headers) });
          } catch (error) {
            onFailure(error);
            throw error;
          }
        },
      }),
    ],
    callbacks: {
      redirect: ({ url, baseUrl }) => {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : undefined;
        return target?.origin === baseUrl ? target.href : baseUrl;
      },
      async jwt({ token, user }) {
        const row = user ? await getUser(context.db, user.id) : await userOfSession(context.db, token);
        if (!row) throw new Error("the session has ended");
        return sessionPayload(row);
      },
      async session({ session, token }) {
        const row = await userOfSession(context.db, token);
        return { expires: session.expires, ...(row ? { user: showUser(row) } : {}) };
      },
    },
  };
}

const badCallbackUrl = () =>
  new AppError("invalid_input", "auth.badCallbackUrl", {
    fields: [{ path: "callbackUrl", message: "errors.auth.badCallbackUrl" }],
  });

function quiet(logger: Logger): Partial<LoggerInstance> {
  return {
    error: (code, metadata) =>
      logger.debug({ code, err: "error" in metadata ? metadata.error : metadata }, "next-auth"),
    warn: (code) => logger.debug({ code }, "next-auth"),
    debug: () => undefined,
  };
}
