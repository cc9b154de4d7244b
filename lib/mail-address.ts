// Reads the address of a mail server, and that of a sender.
import { z } from "zod";

export type SmtpAddress = {
  host: string;
  port: number;
  /** TLS from the first byte; without it STARTTLS where the server offers it. */
  secure: boolean;
  auth: { user: string; pass: string } | undefined;
};

const SUBMISSION_PORT = 587; // RFC 6409
const SUBMISSIONS_PORT = 465; // RFC 8314

/** Undefined for what is no such address. */
export function parseSmtpUrl(text: string): SmtpAddress | undefined {
  if (!/^smtps?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (!hostname || !/^\/?$/.test(pathname) || search || hash) return undefined;
  const secure = protocol === "smtps:";
  try {
    const auth = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : undefined;
    const host = hostname.replace(/^\[|\]$/g, "");
    return { host, port: Number(port) || (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT), secure, auth };
  } catch {
    return undefined;
  }
}

export const isSmtpUrl = (text: string): boolean => parseSmtpUrl(text) !== undefined;

const isMailAddress = (text: string): boolean => z.email().safeParse(text).success;

/** An address, or a name with one in angle brackets. */
export function isMailSender(text: string): boolean {
  if (/[\r\n]/.test(text)) return false;
  const [, inside] = /^[^<>]*<([^<>]+)>$/.exec(text.trim()) ?? [];
  return isMailAddress(inside ?? text.trim());
}

/** Several are separated by commas; undefined where one of them is none. */
export function parseReceivers(text: string): string[] | undefined {
  const receivers = text
    .split(/[,;\s]+/)
    .map((part) => part.trim())
    .filter(Boolean);
  return receivers.length > 0 && receivers.every(isMailAddress) ? receivers : undefined;
}

/** The address of a server as it may be shown: without its password. */
export function shownSmtpUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = "***";
  return parsed.href.replace(/\/$/, "");
}
