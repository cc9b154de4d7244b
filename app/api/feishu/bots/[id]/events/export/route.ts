// A bot's filtered log as a file.
import { exportEventsEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { exportEvents } from "@/lib/events/export";
import { withNamed } from "@/lib/events/named";
import { takeExport } from "@/lib/events/reading-turns";

const TYPES = { csv: "text/csv; charset=utf-8", json: "application/json" };

export const GET = route(exportEventsEndpoint, async ({ request, runtime, viewer, params, query, locale }) => {
  const leave = takeExport(viewer.userId);
  try {
    const { signal } = request;
    signal.addEventListener("abort", leave, { once: true });
    const wanted = await withNamed(runtime, { botId: params.id }, query);
    const parts = exportEvents(runtime.db, params.id, { ...wanted, locale, signal });
    const day = new Date().toISOString().slice(0, 10);
    return new Response(bodyOf(parts, leave), {
      headers: {
        "content-type": TYPES[query.format],
        "content-disposition": `attachment; filename="messages-${day}.${query.format}"`,
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    leave();
    throw error;
  }
});

/** Reads on only as fast as it is taken. `onEnd`: all was taken, the reader left, or it could not be read. */
function bodyOf(parts: AsyncGenerator<string>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await parts.next();
        if (!done) return controller.enqueue(encoder.encode(value));
        controller.close();
        onEnd();
      } catch (error) {
        onEnd();
        throw error;
      }
    },
    async cancel() {
      onEnd();
      await parts.return(undefined);
    },
  });
}
