// The process's log: one JSON line an entry, or a readable line on a terminal, with everything secret taken out.
import pino, { type Logger as PinoLogger } from "pino";
import pretty from "pino-pretty";

export type Logger = PinoLogger;
export type LogLevel = "debug" | "info" | "warn" | "error";

const SECRET_KEYS =
  /^(app_?secret|secret|password|token|authorization|cookie|encrypt_?key|verification_?token|api_?key|access_?key|(app_?)?ticket|tenant_access_token|app_access_token)$/i;

// Feishu puts access_key and ticket in a socket's address; t-… and lks_… are access and API tokens.
const SECRET_PATTERNS: [RegExp, string][] = [
  [/\b(access_key|ticket)=[^&\s"'\\]+/gi, "$1=[hidden]"],
  [/\b(Bearer)\s+[\w.~+/-]+=*/gi, "$1 [hidden]"],
  [/\blks_[\w-]+/g, "lks_[hidden]"],
  // The keys of most model servers; some repeat a wrong one in their refusal.
  [/\bsk-[\w-]{8,}/g, "sk-[hidden]"],
  [/\bt-[\w.-]{16,}/g, "t-[hidden]"],
  [/((?:app_?secret|app_?ticket|tenant_access_token|password)\\?"?\s*[:=]\s*\\?"?)[^"\\&\s,}]+/gi, "$1[hidden]"],
  [/(https?:\/\/[^:@/\s]*:)[^@/\s]+@/gi, "$1[hidden]@"],
  [/(postgres(?:ql)?:\/\/[^:@/\s]*:)[^@\s]+@/gi, "$1[hidden]@"],
];

export function hideSecrets(text: string): string {
  return SECRET_PATTERNS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

function clean(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return hideSecrets(value);
  if (value === null || typeof value !== "object" || depth > 6) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRET_KEYS.test(key) ? "[hidden]" : clean(item, depth + 1)]),
  );
}

// Only these fields: an HTTP library's error carries its whole request, headers and body included.
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  const message = messageOf(error);
  return {
    type: error.name,
    message: hideSecrets(message),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(error.stack ? { stack: hideSecrets(error.stack.replace(error.message, () => message)) } : {}),
    ...(error.cause && depth < 4 ? { cause: clean(error.cause, depth + 1) } : {}),
  };
}

// Drizzle (0.45) ends the message of a failed statement with its parameters: what people wrote, hashes of passwords, a
// whole batch of events.
function messageOf(error: Error): string {
  return "query" in error && "params" in error ? error.message.replace(/\nparams: [\s\S]*/, "") : error.message;
}

/** Writes to standard output: JSON lines, or readable ones on a terminal. */
function standardOutput(): pino.DestinationStream {
  if (process.stdout.isTTY) return pretty({ sync: true, ignore: "pid,hostname", translateTime: "HH:MM:ss.l" });
  return pino.destination({ fd: 1, sync: true });
}

export function createLogger(level: LogLevel, destination: pino.DestinationStream = standardOutput()): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (entry) => clean(entry) as Record<string, unknown> },
    serializers: { err: (value: unknown) => value },
  };
  // The whole line once more: pino itself repeats an error's message, and nobody knows what a library puts into a text.
  return pino(options, { write: (line) => destination.write(hideSecrets(line)) });
}
