// The ways by which an alert leaves: a custom bot of Feishu's, a webhook, an e-mail.
import { AlertError } from "@/lib/alerts/alert-error";
import { customBotBody, requireTaken } from "@/lib/alerts/custom-bot";
import { type Message, plainText } from "@/lib/alerts/message";
import { post } from "@/lib/alerts/post";
import type { Channel } from "@/lib/alerts/schemas";
import { sendMail } from "@/lib/alerts/send-mail";
import type { Reason } from "@/lib/errors";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";
import { parseReceivers, parseSmtpUrl } from "@/lib/mail-address";
import { webhookHeaders } from "@/lib/responders/signature";
import type { MailServer } from "@/lib/settings/mail";

const SHORTEST_TOKEN = 12; // of what an address is made up of

export type Way = {
  channel: Channel;
  target: string;
  secret: string | undefined;
  /** Addresses inside the network are for what administrators set up. */
  allowPrivate: boolean;
};

export type Sending = { mail: MailServer | undefined; signal: AbortSignal };

/**
 * Resolves when the other side has taken it, with what is wrong all the same where some of the receivers were refused.
 * Throws an `AlertError` that says what to do.
 */
export async function sendMessage(way: Way, message: Message, sending: Sending): Promise<Reason | undefined> {
  try {
    return await sendBy(way, message, sending);
  } catch (error) {
    throw error instanceof AlertError ? error.without(keptOf(way, sending)) : error;
  }
}

/** Whoever knows the address of a hook can write there: it is a secret like the key. */
function keptOf({ channel, target, secret }: Way, { mail }: Sending): KeptSecret {
  if (channel === "email") {
    const { user = "", pass = "" } = (mail && parseSmtpUrl(mail.url)?.auth) ?? {};
    return new KeptSecret(pass, pass && `\0${user}\0${pass}`, ...secretsIn(mail?.url ?? ""));
  }
  const parts = new URL(target).pathname.split("/").filter((part) => part.length >= SHORTEST_TOKEN);
  return new KeptSecret(secret, ...parts, ...secretsIn(target));
}

async function sendBy(way: Way, message: Message, { mail, signal }: Sending): Promise<Reason | undefined> {
  const { channel, target, secret, allowPrivate } = way;
  switch (channel) {
    case "feishu": {
      const body = JSON.stringify(customBotBody(message, secret, new Date()));
      requireTaken(await post({ url: target, body, allowPrivate, signal }), new URL(target).host);
      return undefined;
    }
    case "webhook": {
      const { title, facts } = message;
      const body = JSON.stringify({ ...facts, title, text: plainText(message) });
      const headers = webhookHeaders(secret, { id: message.id, at: new Date(), body });
      await post({ url: target, body, headers, allowPrivate, signal });
      return undefined;
    }
    case "email":
      if (!mail) throw new AlertError({ code: "alert.mailMissing" });
      // Members' own words are in the text, never in the subject.
      return sendMail(
        mail,
        { to: parseReceivers(target) ?? [], subject: allowPrivate ? message.title : message.subject },
        message,
        signal,
      );
  }
}
