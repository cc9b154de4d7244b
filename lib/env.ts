// The environment variables that Larkspur reads, checked once at start.
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { AddressRanges, parseRanges } from "@/lib/address-ranges";
import { StartupError } from "@/lib/errors";
import { isMailSender, isSmtpUrl } from "@/lib/mail-address";
import { detectPlatform, type Platform } from "@/lib/platform";

export type Environment = {
  databaseUrl: string | undefined;
  dataDir: string;
  secret: string | undefined;
  /** The public address without a trailing slash; undefined: taken from each request. */
  publicUrl: string | undefined;
  admin: { email: string; password: string } | undefined;
  apiToken: string | undefined;
  instance: string;
  logLevel: "debug" | "info" | "warn" | "error";
  metricsArePublic: boolean;
  /** Whose `X-Forwarded-For` counts. */
  trustedProxies: AddressRanges;
  /** The mail server that alerts go through. */
  mail: { url: string; from: string } | undefined;
  /** Of the whole process as it was started, without their passwords. */
  proxies: { https?: string; http?: string; none?: string };
  platform: Platform;
};

const blankIsMissing = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);
const text = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsMissing, schema.optional());

/** Undefined for what the driver could not read either. Of several hosts, the first. */
export function parseDatabaseUrl(text: string): URL | undefined {
  try {
    const url = new URL(text.replace(/,[^/?]*/, ""));
    decodeURIComponent(url.username + url.password + url.pathname);
    return url;
  } catch {
    return undefined;
  }
}

const DATABASE_URL_FORM =
  "must be a URL such as postgres://user:password@host:5432/name, with special characters percent-encoded, such as %40 for @";

const schema = z.object({
  DATABASE_URL: text(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, { error: "must start with postgres://", abort: true })
      .refine((value) => parseDatabaseUrl(value) !== undefined, DATABASE_URL_FORM),
  ),
  LARKSPUR_DATA_DIR: text(z.string()),
  LARKSPUR_SECRET: text(z.string().min(16, "must be at least 16 characters long")),
  LARKSPUR_URL: text(z.url({ protocol: /^https?$/, message: "must be a URL such as https://bots.example.com" })),
  LARKSPUR_ADMIN_EMAIL: text(z.email("must be an email address")),
  LARKSPUR_ADMIN_PASSWORD: text(z.string().min(8, "must be at least 8 characters long")),
  LARKSPUR_API_TOKEN: text(z.string().min(32, "must be at least 32 characters long")),
  LARKSPUR_INSTANCE: text(z.string().max(100, "must be at most 100 characters long")),
  LARKSPUR_LOG_LEVEL: text(z.enum(["debug", "info", "warn", "error"], "must be debug, info, warn or error")),
  LARKSPUR_SMTP_URL: text(
    z.string().refine(isSmtpUrl, "must be a URL such as smtps://user:password@smtp.example.com:465"),
  ),
  LARKSPUR_MAIL_FROM: text(
    z
      .string()
      .refine(isMailSender, "must be an email address, with or without a name, such as Larkspur <bots@example.com>"),
  ),
  LARKSPUR_TRUSTED_PROXIES: text(
    z.string().transform((value, context) => {
      const ranges = parseRanges(value);
      if (ranges instanceof AddressRanges) return ranges;
      const message = `must be addresses or ranges like 10.0.0.0/8, separated by commas: "${ranges.wrong}" is neither`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
  ),
  LARKSPUR_METRICS: text(z.enum(["public", "private"], "must be public or private")),
});

/** This replica's name, also where nothing else of the environment can be read. */
export const instanceName = (source: Record<string, string | undefined> = process.env): string =>
  source.LARKSPUR_INSTANCE?.trim() || `${hostname()}-${process.pid}`;

/** Throws a `StartupError` that names the variable and what is wrong with it. */
export function readEnvironment(source: Record<string, string | undefined> = process.env): Environment {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new StartupError("badVariable", { name: String(issue?.path[0]), problem: issue?.message ?? "" });
  }
  const env = parsed.data;
  if (source.NODE_TLS_REJECT_UNAUTHORIZED === "0") throw new StartupError("tlsUnchecked");
  if (!env.LARKSPUR_ADMIN_EMAIL !== !env.LARKSPUR_ADMIN_PASSWORD) throw new StartupError("adminNeedsBoth");
  if (!env.LARKSPUR_SMTP_URL !== !env.LARKSPUR_MAIL_FROM) throw new StartupError("mailNeedsBoth");
  if (env.DATABASE_URL && !env.LARKSPUR_SECRET) throw new StartupError("secretNeeded");
  return {
    databaseUrl: env.DATABASE_URL,
    // turbopackIgnore: the build's file tracer would otherwise copy a live database into its output.
    dataDir: path.resolve(/* turbopackIgnore: true */ process.cwd(), env.LARKSPUR_DATA_DIR ?? ".data"),
    secret: env.LARKSPUR_SECRET,
    publicUrl: env.LARKSPUR_URL?.replace(/\/+$/, ""),
    admin:
      env.LARKSPUR_ADMIN_EMAIL && env.LARKSPUR_ADMIN_PASSWORD
        ? { email: env.LARKSPUR_ADMIN_EMAIL, password: env.LARKSPUR_ADMIN_PASSWORD }
        : undefined,
    apiToken: env.LARKSPUR_API_TOKEN,
    instance: instanceName(source),
    logLevel: env.LARKSPUR_LOG_LEVEL ?? "info",
    trustedProxies: env.LARKSPUR_TRUSTED_PROXIES ?? new AddressRanges(),
    metricsArePublic: env.LARKSPUR_METRICS === "public",
    mail:
      env.LARKSPUR_SMTP_URL && env.LARKSPUR_MAIL_FROM
        ? { url: env.LARKSPUR_SMTP_URL, from: env.LARKSPUR_MAIL_FROM }
        : undefined,
    proxies: proxiesIn(source),
    platform: detectPlatform(source),
  };
}

function proxiesIn(source: Record<string, string | undefined>): Environment["proxies"] {
  const named = (name: string) => (source[name.toLowerCase()] || source[name])?.trim();
  const [https, http, none] = [named("HTTPS_PROXY"), named("HTTP_PROXY"), named("NO_PROXY")];
  return {
    ...(https && { https: withoutPassword(https) }),
    ...(http && { http: withoutPassword(http) }),
    ...(none && { none }),
  };
}

const withoutPassword = (address: string): string =>
  address.replace(/\/\/[^@/]*@/, "//***@").replace(/^[^/@]*@/, "***@");
