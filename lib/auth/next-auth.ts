// Signing in and out over next-auth: credentials, kept in a signed cookie.
import type { NextRequest } from "next/server";
import NextAuth, { type AuthOptions, type LoggerInstance } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { clientAddress, untrustedProxy } from "@/lib/auth/client-address";
import type { AuthContext } from "@/lib/auth/context";
import { deviceCookie, knownDevice } from "@/lib/auth/known-device";
import { isEncryptedRequest } from "@/lib/auth/same-origin";
import {
  endSession,
  findSession,
  readSession,
  SESSION_SECONDS,
  sessionCookie,
  sessionPayload,
  startSession,
} from "@/lib/auth/sessions";
import { signIn } from "@/lib/auth/sign-in";
import { showUser, viewerOf } from "@/lib/auth/users";
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
  tellOfProxy(context, request.headers);
  const isSecure = isEncryptedRequest(request.headers, context.env.publicUrl);
  const visit: Visit = { isSecure, failure: undefined, signedInId: undefined };
  const response: Response = await NextAuth(request, { params: { nextauth } }, authOptions(context, request, visit));
  // next-auth would put the error's message into an address.
  if (visit.failure) throw visit.failure;
  const userId = visit.signedInId;
  if (userId && !knownDevice(request.cookies, { userId, secret: context.sessionSecret, isSecure })) {
    response.headers.append("set-cookie", deviceCookie({ userId, secret: context.sessionSecret, isSecure }));
  }
  return response;
}

/** What becomes of a request while next-auth handles it. */
type Visit = { isSecure: boolean; failure: unknown; signedInId: string | undefined };

function authOptions(context: AuthContext, request: NextRequest, visit: Visit): AuthOptions {
  const { db, sessionSecret: secret } = context;
  const address = clientAddress(request.headers, context.env);
  return {
    secret,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    cookies: { sessionToken: sessionCookie(visit.isSecure) },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    logger: quiet(context.logger),
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given) {
          const { email, password } = given ?? {};
          if (typeof email !== "string" || typeof password !== "string") return null;
          const { isSecure } = visit;
          const ofDevice = (userId: string) => knownDevice(request.cookies, { userId, secret, isSecure });
          try {
            return await signIn(context, { email, password, address, knownDevice: ofDevice });
          } catch (error) {
            visit.failure = error;
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
        if (user) {
          const before = await readSession(context, request);
          const userAgent = request.headers.get("user-agent") ?? "";
          visit.signedInId = user.id;
          return sessionPayload(await startSession(db, user.id, { address, userAgent }, before?.session));
        }
        const found = await findSession(db, token);
        if (!found) throw new Error("the session has ended");
        return sessionPayload(found.session);
      },
      async session({ session, token }) {
        const found = await findSession(db, token);
        return { expires: session.expires, ...(found ? { user: showUser(found.user) } : {}) };
      },
    },
    events: {
      async signOut({ token }) {
        try {
          const found = await findSession(db, token);
          if (found) await endSession(context, viewerOf(found.user), found.session.id);
        } catch (error) {
          // next-auth would pass it over: a copied cookie would go on being good.
          visit.failure = error;
        }
      },
    },
  };
}

let hasTold = false;

// Without it everybody behind the proxy would share one allowance of wrong passwords, and nobody would know why.
function tellOfProxy({ env, logger }: AuthContext, headers: Headers): void {
  const proxy = hasTold ? undefined : untrustedProxy(headers, env);
  if (proxy === undefined) return;
  hasTold = true;
  logger.warn({ proxy }, "X-Forwarded-For is not used: name the proxy in LARKSPUR_TRUSTED_PROXIES if it is yours");
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
