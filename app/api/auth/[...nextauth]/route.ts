// Signing in and out: next-auth's own addresses.
import { NextRequest } from "next/server";
import { localeOf } from "@/app/_i18n/locale";
import { readBody, readJson } from "@/app/api/_http/input";
import { problemResponse } from "@/app/api/_http/problem";
import { handleNextAuth, type NextAuthRoute } from "@/lib/auth/next-auth";
import { getRuntime, runtimeLogger } from "@/lib/runtime";

async function handle(request: NextRequest, route: NextAuthRoute): Promise<Response> {
  try {
    const runtime = await getRuntime();
    return await handleNextAuth(runtime, await checked(request), route);
  } catch (error) {
    return problemResponse(error, localeOf(request), runtimeLogger());
  }
}

// next-auth reads a body of any size, and answers 500 to one that is not JSON.
async function checked(request: NextRequest): Promise<NextRequest> {
  const { method, headers, url } = request;
  if (method !== "POST") return request;
  const body = new Uint8Array(await readBody(request));
  const bounded = new NextRequest(url, { method, headers, body });
  if (headers.get("content-type")?.includes("json")) await readJson(bounded.clone());
  return bounded;
}

export { handle as GET, handle as POST };
