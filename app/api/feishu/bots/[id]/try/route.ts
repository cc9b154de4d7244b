// Tries settings out that are not saved: the answer streams in, nothing is stored and nothing is sent.
import { tryReplyEndpoint } from "@/app/api/_endpoints/trial";
import { type EventStream, openEventStream } from "@/app/api/_http/event-stream";
import { takePlace } from "@/app/api/_http/places";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { trialBot } from "@/lib/bots/trial";
import { describeReason } from "@/lib/errors";
import { TrialFailure, tryOut } from "@/lib/events/trial";

export const dynamic = "force-dynamic";

const AT_ONCE = 5;

export const POST = route(tryReplyEndpoint, async ({ request, runtime, viewer, params, body, locale }) => {
  const leave = takePlace(`trial ${viewer.userId}`, AT_ONCE, "tooManyTrials");
  try {
    const trial = await trialBot(runtime.db, viewer, await requireBot(runtime.db, viewer, params.id), body);
    const stream = openEventStream([request.signal, runtime.signal]);
    const { ended: signal } = stream;
    tryOut(trial, body.messages, runtime, { locale, personName: viewer.name, signal, onText: growing(stream) })
      .then(
        (answer) => stream.send("answer", answer),
        (error: unknown) => {
          if (signal.aborted) return;
          if (!(error instanceof TrialFailure)) throw error;
          stream.send("failed", { code: error.reason.code, error: describeReason(error.reason, locale) });
        },
      )
      .catch((err: unknown) => runtime.logger.error({ err, botId: params.id }, "reply test failed"))
      .finally(() => {
        leave();
        stream.end();
      });
    return stream.response;
  } catch (error) {
    leave();
    throw error;
  }
});

/** Sends what is new of a text that grows. */
function growing(stream: EventStream): (soFar: string) => void {
  let sent = "";
  return (soFar) => {
    const keep = soFar.startsWith(sent) ? sent.length : 0;
    if (soFar !== sent) stream.send("text", { keep, text: soFar.slice(keep) });
    sent = soFar;
  };
}
