// A TCP proxy before PostgreSQL that can be cut, or go mute: to its clients the database is away, or keeps silent.
import { readFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";

export type DatabaseProxy = {
  url: string;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  mend(): void;
  /**
   * Swallows what is said over the connections that there are, and closes nothing: as when a NAT entry is gone.
   * `which`: those over which something is listened to, or the others; all without it. `answers`: what clients say still
   * arrives.
   */
  mute(which?: "listening" | "others", what?: "everything" | "answers"): void;
  /** Whether new connections are swallowed, too. */
  muteNew(isMute: boolean): void;
};

type Passage = {
  client: Duplex;
  upstream: Socket;
  mute: "nothing" | "answers" | "everything";
  isListening: boolean;
};

/** For the database at `url`. Closed when the test ends. */
export async function startDatabaseProxy(url: string, options: { tls?: boolean } = {}): Promise<DatabaseProxy> {
  const target = new URL(url);
  const passages = new Set<Passage>();
  let isCut = false;
  let isNewMute = false;
  const pass = (client: Duplex) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const passage: Passage = { client, upstream, mute: isNewMute ? "everything" : "nothing", isListening: false };
    passages.add(passage);
    client.on("data", (chunk: Buffer) => {
      passage.isListening ||= chunk.includes('listen "');
    });
    carry(client, upstream, () => passage.mute !== "everything");
    carry(upstream, client, () => passage.mute === "nothing");
  };
  const server = createServer(async (socket) => {
    if (isCut) socket.destroy();
    else pass(options.tls ? await secured(socket) : socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const destroyAll = () => {
    for (const { client, upstream } of passages) for (const socket of [client, upstream]) socket.destroy();
    passages.clear();
  };
  onTestFinished(async () => {
    destroyAll();
    await new Promise((resolve) => server.close(resolve));
  });
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (options.tls) proxied.searchParams.set("sslmode", "require");
  return {
    url: proxied.toString(),
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    mute(which, what = "everything") {
      for (const passage of passages) {
        if (!which || passage.isListening === (which === "listening")) passage.mute = what;
      }
    },
    muteNew(isMute) {
      isNewMute = isMute;
    },
  };
}

/** Nobody hears of the end of a connection that is mute either. */
function carry(from: Duplex, to: Duplex, isHeard: () => boolean): void {
  from.on("data", (chunk: Buffer) => {
    if (!isHeard() || to.destroyed) return;
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("error", () => from.destroy());
  from.on("close", () => {
    if (isHeard()) to.destroy();
  });
}

/** What PostgreSQL does with a client that asks for TLS. */
async function secured(socket: Socket): Promise<Duplex> {
  const folder = path.join(import.meta.dirname, "../fixtures/tls");
  const files = ["server-key.pem", "server.pem"].map((name) => readFile(path.join(folder, name)));
  const [key, cert] = await Promise.all(files);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write("S");
  return new TLSSocket(socket, { isServer: true, key, cert });
}
