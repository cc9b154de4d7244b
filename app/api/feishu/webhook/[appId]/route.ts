// The address that Feishu pushes a bot's events to.
import { after, type NextRequest } from "next/server";
import { receiveWebhookEndpoint } from "@/app/api/_endpoints/webhook";
import { readBody } from "@/app/api/_http/input";
import { route } from "@/app/api/_http/route";
import { networkOf } from "@/lib/address-ranges";
import { clientAddress } from "@/lib/auth/client-address";
import { openBotSecret } from "@/lib/bots/credentials";
import { getBotRowByAppId } from "@/lib/bots/queries";
import { AppError, notFound } from "@/lib/errors";
import { isCardAction } from "@/lib/events/card-actions";
import { readWebhook } from "@/lib/feishu/webhook";
import type { Runtime } from "@/lib/runtime";

export const POST = route(receiveWebhookEndpoint, async (input) => {
  try {
    return await receive(input);
  } catch (error) {
    // What is refused is counted: beyond the limit whoever sent it is told to wait. What is accepted never is.
    if (error instanceof AppError && error.status < 500) {
      const { callLimits, env } = input.runtime;
      callLimits.count(`webhook ${networkOf(clientAddress(input.request.headers, env))}`);
    }
    throw error;
  }
});

type Input = { request: NextRequest; runtime: Runtime; params: { appId: string } };

async function receive({ request, runtime, params }: Input) {
  const rawBody = await readBody(request);
  const bot = await getBotRowByAppId(runtime.db, params.appId);
  if (!bot?.enabled) throw notFound("bot");
  const webhook = readWebhook({
    rawBody,
    headers: request.headers,
    encryptKey: openBotSecret(runtime.sealer, bot, "encrypt-key"),
    verificationToken: openBotSecret(runtime.sealer, bot, "verification-token"),
    appId: bot.appId,
  });
  if (webhook.kind === "challenge") return { challenge: webhook.challenge };
  if (isCardAction(webhook.envelope)) return runtime.cardActions.answer(bot.id, webhook.envelope, "webhook");
  await store(runtime, bot.id, webhook.envelope);
  return {};
}

/** Anything but success makes Feishu send the event again. */
async function store(runtime: Runtime, botId: string, envelope: Record<string, unknown>): Promise<void> {
  try {
    await runtime.intake.receive(botId, envelope, "webhook");
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("unavailable", "webhook.notStored", { cause: error });
  }
  // Elsewhere the worker is awake all the time; there, the process sleeps once the answer is out.
  if (!runtime.platform.holdsConnections) after(() => runtime.worker.drain());
}
