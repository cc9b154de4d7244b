// Tries out what was typed, and keeps nothing of it.
import { checkCredentialsEndpoint } from "@/app/api/_endpoints/doctor";
import { route } from "@/app/api/_http/route";
import { checkApp } from "@/lib/doctor/check-app";

export const POST = route(checkCredentialsEndpoint, async ({ runtime, viewer, body, locale }) =>
  checkApp(runtime, viewer, body, locale),
);
