// Posts an alert to an address that somebody entered, and reads what it answers.
import { AlertError } from "@/lib/alerts/alert-error";
import { guardedFetch } from "@/lib/outside-address";
import { asResponderError } from "@/lib/responders/http-errors";
import { VERSION } from "@/lib/version";

const LARGEST_ANSWER_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 300;

type Post = {
  url: string;
  body: string;
  headers?: Record<string, string>;
  allowPrivate: boolean;
  signal: AbortSignal;
};

/** The body of a success. Throws an `AlertError` for any other status, and where there is no answer. */
export async function post({ url, body, headers, allowPrivate, signal }: Post): Promise<string> {
  const { host } = new URL(url);
  try {
    const response = await guardedFetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": `Larkspur/${VERSION}`, ...headers },
      body,
      allowPrivate,
      signal,
    });
    const answer = await beginningOf(response);
    if (response.ok) return answer;
    const { status } = response;
    const code = status >= 300 && status < 400 ? "alert.redirect" : "alert.refused";
    throw new AlertError({ code, params: { host, status, body: excerptOf(answer) } });
  } catch (cause) {
    if (cause instanceof AlertError) throw cause;
    if (signal.aborted) throw new AlertError({ code: "alert.timeout", params: { host } }, { cause });
    const { reason } = asResponderError(cause, host);
    const [kind, name] = reason.code.split(".");
    throw new AlertError(kind === "http" ? { ...reason, code: `alert.network.${name}` } : reason, { cause });
  }
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_ANSWER_BYTES) break;
  }
  return text;
}

/** The beginning of what was answered, on one line. */
export function excerptOf(body: string): string {
  const line = body.replace(/\s+/g, " ").trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}
