// Calls a model's server for the SDK: leaves out what the server refuses, and brings its answer into a form the SDK reads.
import { parseJson } from "@/lib/json";
import { asEvents } from "@/lib/models/answer-stream";
import type { OpenModel } from "@/lib/models/credentials";
import { asRemembered, type Change, changed, changeFor, type RequestBody, remember } from "@/lib/models/request-fields";
import type { Watch } from "@/lib/models/watch";
import { guardedFetch } from "@/lib/outside-address";

const MOST_CHANGES = 5;
const LONGEST_REFUSAL = 64 * 1024;

export const fetchFor =
  (model: OpenModel, watch: Watch): typeof fetch =>
  async (input, init) => {
    const post = (body: RequestBody) =>
      guardedFetch(String(input), {
        method: init?.method ?? "POST",
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: JSON.stringify(body),
        ...(init?.signal ? { signal: init.signal } : {}),
        allowPrivate: model.allowPrivate,
      });
    let asked = asRemembered(model, parseJson(String(init?.body ?? "")) as RequestBody);
    const changes: Change[] = [];
    for (;;) {
      const response = await post(asked);
      watch.heard();
      if (response.ok) {
        remember(model, changes);
        return asEvents(response, model, () => watch.heard());
      }
      const { status, statusText, headers } = response;
      const refusal = await beginningOf(response);
      const change = changes.length < MOST_CHANGES ? changeFor(status, refusal, asked) : undefined;
      if (!change) return new Response(refusal, { status, statusText, headers });
      changes.push(change);
      asked = changed(asked, change);
    }
  };

async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < LONGEST_REFUSAL) {
      const { value } = await reader.read();
      if (!value) break;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
  return text;
}
