// Wraps every handler of the REST API: who calls, is the input right, and errors in one form.
import type { NextRequest } from "next/server";
import type { z } from "zod";
import { localeOf } from "@/app/_i18n/locale";
import type { Endpoint } from "@/app/api/_http/endpoint";
import { check, readJson } from "@/app/api/_http/input";
import { problemResponse } from "@/app/api/_http/problem";
import { requireRule } from "@/lib/alerts/queries";
import { type Caller, identifyCaller } from "@/lib/auth/callers";
import { firstOf } from "@/lib/auth/same-origin";
import { requireBot } from "@/lib/bots/queries";
import { AppError } from "@/lib/errors";
import { requireEvent } from "@/lib/events/queries";
import { requireModel } from "@/lib/models/queries";
import { requireRegistration } from "@/lib/registrations/store";
import { getRuntime, type Runtime, runtimeLogger } from "@/lib/runtime";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  request: NextRequest;
  runtime: Runtime;
  locale: Locale;
  /** Larkspur's own address as the caller reaches it, without a trailing slash. */
  baseUrl: string;
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
};

type Viewing<E> = E extends { access: "everybody" } ? null : Viewer;
type Calling<E> = E extends { access: "everybody" } ? null : Caller;

const requireSubject = {
  alert: requireRule,
  bot: requireBot,
  event: requireEvent,
  model: requireModel,
  registration: requireRegistration,
};

// nginx' word for it; there is no standard one.
const CLIENT_LEFT = 499;

type NextContext = { params: Promise<Record<string, string | string[] | undefined>> };
type NextHandler = (request: NextRequest, context: NextContext) => Promise<Response>;

/** The handler returns the answer's body, or a whole `Response` where the answer is not JSON. */
export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
  E extends Endpoint<P, Q, B, A>,
>(
  endpoint: E & Endpoint<P, Q, B, A>,
  handler: (
    input: Input<P, Q, B> & { viewer: Viewing<E>; caller: Calling<E> },
  ) => Promise<z.input<A> | Response | undefined>,
): NextHandler {
  return async (request, context) => {
    const locale = localeOf(request);
    try {
      const runtime = await getRuntime();
      const caller = endpoint.access === "everybody" ? null : await identifyCaller(runtime, request);
      const viewer = caller?.viewer ?? null;
      if (caller?.token) runtime.callLimits.count(`token ${caller.token.id}`);
      if (endpoint.access === "admin" && !viewer?.isAdmin) throw new AppError("forbidden", "adminOnly");
      if (endpoint.subject && viewer) {
        const { id } = (await context.params) as { id: string };
        await requireSubject[endpoint.subject](runtime.db, viewer, id);
      }
      const { params, query, body } = await readInput<P, Q, B>(endpoint, request, context, locale);
      const baseUrl = runtime.env.publicUrl ?? originOfRequest(request);
      const answer = await handler({
        request,
        runtime,
        locale,
        baseUrl,
        params,
        query,
        body,
        viewer: viewer as Viewing<E>,
        caller: caller as Calling<E>,
      });
      if (answer instanceof Response) return answer;
      if (answer === undefined) return new Response(null, { status: endpoint.status ?? 204 });
      return Response.json(answer, { status: endpoint.status ?? 200, headers: { "cache-control": "no-store" } });
    } catch (error) {
      // What was asked for was given up with it; nobody reads the answer.
      if (request.signal.aborted) return new Response(null, { status: CLIENT_LEFT });
      return problemResponse(error, locale, runtimeLogger());
    }
  };
}

async function readInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  endpoint: Endpoint<P, Q, B>,
  request: NextRequest,
  context: NextContext,
  locale: Locale,
) {
  const params = endpoint.params ? check(endpoint.params, await context.params, locale) : undefined;
  const search = Object.fromEntries(request.nextUrl.searchParams);
  const query = endpoint.query ? check(endpoint.query, search, locale) : undefined;
  const body = endpoint.body ? check(endpoint.body, await readJson(request), locale) : undefined;
  return { params, query, body } as Pick<Input<P, Q, B>, "params" | "query" | "body">;
}

/** Where the caller reached this server, a reverse proxy in front of it included. */
export function originOfRequest(request: NextRequest): string {
  const first = (name: string) => firstOf(request.headers.get(name));
  const host = first("x-forwarded-host") ?? request.headers.get("host") ?? request.nextUrl.host;
  const protocol = first("x-forwarded-proto") ?? request.nextUrl.protocol.replace(":", "");
  return `${protocol}://${host}`;
}
