// A pooler in transaction mode before PostgreSQL, as PgBouncer is one: whoever begins a transaction gets any free session.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

type Session = { socket: Socket; client: Client | undefined };
type Client = {
  socket: Socket;
  session: Session | undefined;
  waiting: Buffer[];
  unanswered: number;
  hasAsked: boolean;
};

const IDLE = "I".charCodeAt(0);

/** For the database at `url`; each transaction gets the session that was used last, or in turn. Closed when the test ends. */
export async function startTransactionPooler(url: string, order: "last" | "in turn"): Promise<{ url: string }> {
  const target = new URL(url);
  const free: Session[] = [];
  const clients: Client[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  };

  const serve = () => {
    for (const client of clients) {
      if (client.waiting.length === 0) continue;
      client.session ??= order === "last" ? free.pop() : free.shift();
      if (!client.session) continue;
      client.session.client = client;
      for (const chunk of client.waiting.splice(0)) client.session.socket.write(chunk);
    }
  };
  const onRequest = (client: Client) =>
    eachMessage((type, message) => {
      if (type === "X") return;
      if (type === "Q" || type === "S") {
        client.unanswered += 1;
        client.hasAsked = true;
      }
      client.waiting.push(message);
      serve();
    });
  const onAnswer = (session: Session) =>
    eachMessage((type, message) => {
      const { client } = session;
      client?.socket.write(message);
      if (!client || type !== "Z") return;
      client.unanswered -= 1;
      if (client.unanswered > 0 || message[5] !== IDLE) return;
      client.session = undefined;
      session.client = undefined;
      // One that has only logged in is the least used.
      if (client.hasAsked) free.push(session);
      else free.unshift(session);
      serve();
    });

  const server = createServer((socket) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    keep(socket);
    keep(upstream);
    // Logging in goes through as it is, and is answered by a first "ready for query"; from then on the session is anybody's.
    const session: Session = { socket: upstream, client: undefined };
    const client: Client = { socket, session, waiting: [], unanswered: 1, hasAsked: false };
    session.client = client;
    clients.push(client);
    upstream.on("data", onAnswer(session));
    socket.once("data", (startup) => {
      upstream.write(startup);
      socket.on("data", onRequest(client));
    });
    socket.on("close", () => clients.splice(clients.indexOf(client), 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const pooled = new URL(url);
  pooled.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: pooled.toString() };
}

/** Cuts a stream into PostgreSQL's messages: a letter, the length without the letter, the content. */
function eachMessage(handle: (type: string, message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 1 + rest.readUInt32BE(1)) {
      const message = rest.subarray(0, 1 + rest.readUInt32BE(1));
      rest = rest.subarray(message.length);
      handle(String.fromCharCode(message[0] ?? 0), message);
    }
  };
}
