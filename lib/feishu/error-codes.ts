// What the codes of network errors say.

const DNS_CODES = /^(ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_FAIL)$/;
const REFUSED_CODES = /^ECONNREFUSED$/;
const TIMEOUT_CODES = /^(ETIMEDOUT|ECONNABORTED|ERR_CANCELED|ESOCKETTIMEDOUT)$/;
const UNREACHABLE_CODES = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/;
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;
const RESET_CODES = /^(ECONNRESET|EPIPE)$/;

export const isTlsCode = (code: string): boolean => TLS_CODES.test(code);

export type NetworkTrouble = "dns" | "refused" | "noAnswer" | "unreachable" | "tls" | "reset";

export function troubleOf(code: string): NetworkTrouble | undefined {
  if (DNS_CODES.test(code)) return "dns";
  if (REFUSED_CODES.test(code)) return "refused";
  if (UNREACHABLE_CODES.test(code)) return "unreachable";
  if (TIMEOUT_CODES.test(code)) return "noAnswer";
  if (TLS_CODES.test(code)) return "tls";
  return RESET_CODES.test(code) ? "reset" : undefined;
}

type Trouble = { code?: string; message?: string };

/** What an error says at its root. An AggregateError (one attempt per address) has no words: the first attempt has. */
export function addressTrouble(error: unknown): Trouble {
  const { errors, code, message, cause } = error as Trouble & { errors?: unknown[]; cause?: unknown };
  if (typeof code === "string" && code !== "") return { code, ...(message ? { message } : {}) };
  if (errors?.[0]) return addressTrouble(errors[0]);
  if (cause instanceof Error) return addressTrouble(cause);
  return message ? { message } : {};
}
