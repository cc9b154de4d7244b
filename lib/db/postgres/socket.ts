// Opens a socket to PostgreSQL, with TLS as the address wishes: what postgres.js does, but with the socket in our hands.
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import postgres from "postgres";
import { LinkError } from "@/lib/db/postgres/link-error";

export type Place = { host: string; port: number; path: string | undefined; tls: Tls };

type Tls = { mode: false | string | ConnectionOptions; isDirect: boolean };

// PostgreSQL's protocol, "SSLRequest"; answered with an S or an N.
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const YES = "S".charCodeAt(0);

/** Where a PostgreSQL address leads, as postgres.js reads it; several places where it names several. */
export function placesOf(url: string): Place[] {
  const { host, port, path, ssl, sslnegotiation } = postgres(url).options as unknown as ParsedOptions;
  const tls = { mode: ssl, isDirect: sslnegotiation === "direct" };
  return host.map((name, index) => ({
    host: name,
    port: Number(port[index] ?? port[0]),
    path: path || undefined,
    tls,
  }));
}

type ParsedOptions = {
  host: string[];
  port: (number | string)[];
  path: string | false;
  ssl: Tls["mode"];
  sslnegotiation: string | null;
};

/** `onSocket` is given each socket as it is made: whoever destroys the newest one ends the opening. */
export async function openSocket(place: Place, onSocket: (socket: Socket) => void): Promise<Socket> {
  const { host, port, path, tls } = place;
  const socket = path ? connect(path) : connect(port, host);
  onSocket(socket);
  await once(socket, "connect");
  if (!tls.mode) return socket;
  if (!tls.isDirect) {
    const answer = once(socket, "data");
    socket.write(TLS_REQUEST);
    if ((await answer)?.[0] !== YES) {
      if (tls.mode === "prefer") return socket;
      socket.destroy();
      throw new LinkError("CONNECTION_CLOSED", "The PostgreSQL server does not offer TLS.");
    }
  }
  const secured = connectTls({ socket, ...optionsOf(place) });
  onSocket(secured);
  await once(secured, "secureConnect");
  return secured;
}

function optionsOf({ host, tls: { mode, isDirect } }: Place): ConnectionOptions {
  return {
    ...(isIP(host) ? {} : { servername: host }),
    ...(isDirect ? { ALPNProtocols: ["postgresql"] } : {}),
    // What these words mean to PostgreSQL's own clients: encrypted, to whomever.
    ...(mode === "require" || mode === "allow" || mode === "prefer" ? { rejectUnauthorized: false } : {}),
    ...(typeof mode === "object" ? mode : {}),
  };
}

function once(socket: Socket, event: "connect" | "data" | "secureConnect"): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new LinkError("CONNECTION_CLOSED", "The connection to PostgreSQL was closed."));
    socket.once("error", reject);
    socket.once("close", onClose);
    socket.once(event, (data?: Buffer) => {
      socket.off("error", reject).off("close", onClose);
      resolve(data);
    });
  });
}
