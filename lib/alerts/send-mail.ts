// Hands an alert to a mail server.
import { createTransport } from "nodemailer";
import { AlertError } from "@/lib/alerts/alert-error";
import { type Message, plainText } from "@/lib/alerts/message";
import type { Reason } from "@/lib/errors";
import { parseSmtpUrl } from "@/lib/mail-address";
import type { MailServer } from "@/lib/settings/mail";

const CONNECT_LIMIT_MS = 10_000;

/** What some of the receivers did not get, if it was so. Throws an `AlertError` with the server's own words where nobody got it. */
export async function sendMail(
  { url, from }: MailServer,
  { to, subject }: { to: string[]; subject: string },
  message: Message,
  signal: AbortSignal,
): Promise<Reason | undefined> {
  const address = parseSmtpUrl(url);
  if (!address) throw new AlertError({ code: "alert.mailMissing" });
  const { host, port, secure, auth } = address;
  const server = `${host}:${port}`;
  const transport = createTransport({
    host,
    port,
    secure,
    ...(auth && { auth }),
    connectionTimeout: CONNECT_LIMIT_MS,
    greetingTimeout: CONNECT_LIMIT_MS,
    socketTimeout: CONNECT_LIMIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const giveUp = () => transport.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const sent = await transport.sendMail({
      from,
      to,
      subject,
      text: plainText(message),
      messageId: `<${message.id}@larkspur>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    if (sent.rejected.length === 0) return undefined;
    const receivers = sent.rejected.map((one) => (typeof one === "string" ? one : one.address)).join(", ");
    return { code: "alert.mail.receivers", params: { server, receivers } };
  } catch (error) {
    throw new AlertError(reasonOf(error, server), { cause: error });
  } finally {
    signal.removeEventListener("abort", giveUp);
    transport.close();
  }
}

function reasonOf(error: unknown, server: string): Reason {
  const { code, response, message } = error as { code?: string; response?: string; message?: string };
  const params = { server, problem: response ?? message ?? String(error) };
  if (code === "EAUTH") return { code: "alert.mail.login", params };
  if (code === "EENVELOPE" || code === "EMESSAGE") return { code: "alert.mail.refused", params };
  return { code: response ? "alert.mail.refused" : "alert.mail.unreachable", params };
}
