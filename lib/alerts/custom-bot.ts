// The message to a custom bot of a Feishu group, its signature, and what the answer means.
import { createHmac } from "node:crypto";
import { AlertError } from "@/lib/alerts/alert-error";
import type { Message } from "@/lib/alerts/message";
import { excerptOf } from "@/lib/alerts/post";

/** The key is the time and the secret, the message is empty: as Feishu's guide to custom bots has it. */
const signatureOf = (timestamp: string, secret: string): string =>
  createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64");

export function customBotBody(message: Message, secret: string | undefined, at: Date): object {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    ...(secret ? { timestamp, sign: signatureOf(timestamp, secret) } : {}),
    msg_type: "interactive",
    card: cardOf(message),
  };
}

const cardOf = ({ title, isAllOver, lines, more }: Message) => ({
  config: { wide_screen_mode: true },
  header: { title: { tag: "plain_text", content: title }, template: isAllOver ? "green" : "red" },
  elements: [
    ...lines.map(({ text, url }) => ({
      tag: "div",
      // Names that people chose must not become markup.
      text: url
        ? { tag: "lark_md", content: `${escaped(text)} [${url}](${url})` }
        : { tag: "plain_text", content: text },
    })),
    ...(more ? [{ tag: "div", text: { tag: "plain_text", content: more } }] : []),
  ],
});

const escaped = (text: string): string =>
  text.replace(/[<>*_~`[\]()#\\]/g, (character) => `&#${character.charCodeAt(0)};`);

const SIGNATURE_REFUSED = 19021;
const ADDRESS_REFUSED = 19022;
const KEYWORD_MISSING = 19024;
const HOOK_UNKNOWN = 19001;

const CURES = new Map([
  [SIGNATURE_REFUSED, "alert.customBot.signature"],
  [ADDRESS_REFUSED, "alert.customBot.address"],
  [KEYWORD_MISSING, "alert.customBot.keyword"],
  [HOOK_UNKNOWN, "alert.customBot.unknown"],
]);

/** Feishu answers 200 to what it refuses, too: only the code 0 is a success. */
export function requireTaken(body: string, host: string): void {
  const { code, msg } = answerIn(body);
  if (code === 0) return;
  if (code === undefined) throw new AlertError({ code: "alert.notFeishu", params: { host, body: excerptOf(body) } });
  throw new AlertError({
    code: CURES.get(code) ?? "alert.customBot.refused",
    params: { code, message: msg },
  });
}

function answerIn(body: string): { code: number | undefined; msg: string } {
  try {
    const { code, msg, StatusCode } = JSON.parse(body) as { code?: unknown; msg?: unknown; StatusCode?: unknown };
    // The older form of a success.
    const told = typeof code === "number" ? code : StatusCode;
    return { code: typeof told === "number" ? told : undefined, msg: typeof msg === "string" ? msg : "" };
  } catch {
    return { code: undefined, msg: "" };
  }
}
