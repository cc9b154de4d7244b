// A bot's filtered log as a file.
import { exportEventsEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { exportEvents } from "@/lib/events/export";
import { withNamed } from "@/lib/events/named";

const TYPES = { csv: "text/csv; charset=utf-8", json: "application/json" };

export const GET = route(exportEventsEndpoint, async ({ runtime, params, query, locale }) => {
  const wanted = await withNamed(runtime, { botId: params.id }, query);
  const parts = exportEvents(runtime.db, params.id, { ...wanted, locale });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
  const day = new Date().toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": TYPES[query.format],
      "content-disposition": `attachment; filename="messages-${day}.${query.format}"`,
      "cache-control": "no-store",
    },
  });
});
