// Sends a message as a bot.
import { sendMessageEndpoint, sendMessageHeaders } from "@/app/api/_endpoints/events";
import { check } from "@/app/api/_http/input";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { sendMessage } from "@/lib/events/messages";

export const POST = route(sendMessageEndpoint, async ({ request, runtime, viewer, params, body, locale }) => {
  const headers = { "Idempotency-Key": request.headers.get("idempotency-key") ?? undefined };
  const { "Idempotency-Key": key } = check(sendMessageHeaders, headers, locale);
  const bot = await requireBot(runtime.db, viewer, params.id);
  return { messageId: await sendMessage(runtime, bot, body, key) };
});
