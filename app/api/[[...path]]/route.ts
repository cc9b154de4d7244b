// Every address below /api that is none: the API's own form of "not found".
import type { NextRequest } from "next/server";
import { localeOf } from "@/app/_i18n/locale";
import { problemResponse } from "@/app/api/_http/problem";
import { notFound } from "@/lib/errors";
import { runtimeLogger } from "@/lib/runtime";

async function answer(request: NextRequest): Promise<Response> {
  return problemResponse(notFound("page"), localeOf(request), runtimeLogger());
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
