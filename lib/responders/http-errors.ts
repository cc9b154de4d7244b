// What went wrong with a service of one's own, in words, and whether asking again can mend it.
import { addressTrouble, troubleOf } from "@/lib/feishu/error-codes";
import { ProxyError } from "@/lib/feishu/proxy";
import { AddressRefused } from "@/lib/guarded-lookup";
import { ResponderError } from "@/lib/responders/errors";

const LONGEST_BODY = 200;
const LONGEST_WAIT_MS = 3_600_000;

/** The beginning of what was answered, on one line. */
function excerptOf(body: string): string {
  const line = body.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_BODY ? `${line.slice(0, LONGEST_BODY)}…` : line;
}

export const timeoutError = (host: string, seconds: number): ResponderError =>
  new ResponderError({ code: "http.timeout", params: { host, seconds } }, { retryable: true });

export const tooLargeError = (host: string): ResponderError =>
  new ResponderError({ code: "http.tooLarge", params: { host } }, { retryable: false });

/** Of a stream in which a line, or an event, has no end. */
export const endlessLineError = (host: string): ResponderError =>
  new ResponderError({ code: "http.endlessLine", params: { host } }, { retryable: false });

/** Of a workflow that waits for somebody, whom it asks elsewhere. */
export const pausedError = (host: string): ResponderError =>
  new ResponderError({ code: "http.paused", params: { host } }, { retryable: false });

export const unreadableError = (host: string, body: string): ResponderError =>
  new ResponderError({ code: "http.unreadable", params: { host, body: excerptOf(body) } }, { retryable: false });

/** Of Dify or Coze, which always stream. */
export const noStreamError = (host: string, body: string): ResponderError =>
  new ResponderError({ code: "http.noStream", params: { host, body: excerptOf(body) } }, { retryable: false });

export const redirectError = (host: string, status: number): ResponderError =>
  new ResponderError({ code: "http.redirect", params: { host, status } }, { retryable: false });

/** Of a stream that ended by telling of trouble. */
export const streamError = (host: string, problem: string): ResponderError =>
  new ResponderError({ code: "http.streamError", params: { host, problem: excerptOf(problem) } }, { retryable: true });

/** Of a stream that ended before the service said so. */
export const brokenOffError = (host: string): ResponderError =>
  new ResponderError({ code: "http.brokenOff", params: { host } }, { retryable: true });

/** Of any status that is no success. */
export function statusError(host: string, status: number, headers: Headers, body: string): ResponderError {
  const params = { host, status, body: excerptOf(body) || "—" };
  const asksToWait = status === 429 || status === 503;
  if (!asksToWait && status < 500 && status !== 408 && status !== 425) {
    return new ResponderError({ code: "http.refused", params }, { retryable: false });
  }
  const retryAfterMs = asksToWait ? retryAfter(headers.get("retry-after")) : undefined;
  return new ResponderError(
    { code: "http.fault", params },
    { retryable: true, isRateLimit: status === 429, retryAfterMs },
  );
}

/** Seconds or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : undefined;
}

/** Turns whatever calling or reading threw into a `ResponderError`. */
export function asResponderError(error: unknown, host: string): ResponderError {
  if (error instanceof ResponderError) return error;
  if (error instanceof AddressRefused) return new ResponderError(error.reason, { retryable: false, cause: error });
  const retry = { retryable: true, cause: error };
  if (error instanceof ProxyError) {
    return new ResponderError({ code: "http.proxy", params: { host, problem: error.message } }, retry);
  }
  const { code = "", message = String(error) } = addressTrouble(error);
  const trouble = troubleOf(code);
  const problem = code || message;
  const name = trouble === "refused" ? "notListening" : (trouble ?? "network");
  return new ResponderError({ code: `http.${name}`, params: { host, problem } }, retry);
}
