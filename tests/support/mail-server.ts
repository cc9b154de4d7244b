// A small SMTP server on loopback that takes mail, or refuses it in the ways that real ones do.

import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type TakenMail = { from: string; to: string[]; text: string };

type Options = {
  /** The only login that is accepted; without one none is asked for. */
  login?: { user: string; pass: string };
  /** Receivers that are refused. */
  unknown?: string[];
};

export type MailServer = { url: string; port: number; mails: TakenMail[] };

/** Ended with the test. */
export async function startMailServer(options: Options = {}): Promise<MailServer> {
  const mails: TakenMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    talk(socket, mails, options);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, port, mails };
}

/** RFC 5321, as much of it as a client needs. */
function talk(socket: Socket, mails: TakenMail[], { login, unknown = [] }: Options): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let rest = "";
  let mail: TakenMail = { from: "", to: [], text: "" };
  let isData = false;
  let isKnown = login === undefined;
  const command = (line: string) => {
    const [verb = ""] = line.toUpperCase().split(/[ :]/);
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    if (verb === "EHLO") return say(login ? "250-mail.test\r\n250 AUTH PLAIN" : "250 mail.test");
    if (verb === "AUTH") {
      const [, user, pass] = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString("utf8")
        .split("\0");
      isKnown = user === login?.user && pass === login?.pass;
      return say(isKnown ? "235 Welcome" : "535 5.7.8 Username and password not accepted");
    }
    if (verb === "MAIL") {
      if (!isKnown) return say("530 5.7.0 Authentication required");
      mail = { from: address, to: [], text: "" };
      return say("250 OK");
    }
    if (verb === "RCPT") {
      if (unknown.includes(address)) return say("550 5.1.1 No such mailbox here");
      mail.to.push(address);
      return say("250 OK");
    }
    if (verb === "DATA") {
      isData = true;
      return say("354 Go on");
    }
    if (verb === "QUIT") {
      say("221 Bye");
      return socket.end();
    }
    return say("250 OK");
  };
  const take = (line: string) => {
    if (!isData) return command(line);
    if (line !== ".") {
      mail.text += `${line.replace(/^\./, "")}\n`;
      return;
    }
    isData = false;
    mails.push(mail);
    say("250 2.0.0 Taken");
  };
  say("220 mail.test ESMTP");
  socket.on("data", (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}

/** The text of a mail as a person reads it. */
export function readable({ text }: TakenMail): string {
  const [head = "", ...body] = text.split("\n\n");
  const content = body.join("\n\n");
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(content, "base64").toString("utf8");
  if (!/content-transfer-encoding: quoted-printable/i.test(head)) return content;
  const bytes = content
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
