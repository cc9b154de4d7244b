// The first account, made with the one-time link.
import { setUpEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { setUp } from "@/lib/auth/installation";
import { showUser } from "@/lib/auth/users";

export const POST = route(setUpEndpoint, async ({ runtime, body }) => showUser(await setUp(runtime, body)));
