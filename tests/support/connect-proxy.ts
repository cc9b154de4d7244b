// An HTTP proxy that knows CONNECT alone, and the environment that leads to it.
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type TestProxy = {
  /** Without a password. */
  url: string;
  /** What it was asked to connect to. */
  targets: string[];
  /** The tunnels and whoever waits for one, now. */
  readonly open: number;
  /** Ends everything that goes through it; nothing listens there any more. */
  stop(): Promise<void>;
};

type Options = {
  /** Refuses everything with it. */
  status?: number;
  /** "user:password": whoever does not bring it is refused with 407. */
  login?: string;
  /** Takes connections and says nothing. */
  hangs?: boolean;
  port?: number;
};

/** Closed when the test ends. */
export async function startProxy({ status, login, hangs, port = 0 }: Options = {}): Promise<TestProxy> {
  const targets: string[] = [];
  const clients = new Set<Socket>();
  const expected = login && `Basic ${Buffer.from(login).toString("base64")}`;
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connect", (request, client: Socket) => {
    sockets.add(client);
    clients.add(client);
    client.on("error", () => client.destroy());
    client.on("close", () => clients.delete(client));
    targets.push(request.url ?? "");
    if (hangs) {
      client.resume().on("end", () => client.end());
      return;
    }
    const refusal = status ?? (expected && request.headers["proxy-authorization"] !== expected ? 407 : undefined);
    if (refusal) {
      client.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    // Names that only the proxy knows: whoever does not go through it does not get there.
    const target = connect(Number(port), hostname.endsWith(".internal") ? "127.0.0.1" : hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(client).pipe(target);
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return {
    url,
    targets,
    stop,
    get open() {
      return clients.size;
    },
  };
}

const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** Sets the proxy variables to exactly these until the test ends. */
export function setProxyVariables(values: Record<string, string>): void {
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  const apply = (next: Record<string, string | undefined>) => {
    for (const name of NAMES) {
      if (next[name] === undefined) delete process.env[name];
      else process.env[name] = next[name];
    }
  };
  apply(values);
  onTestFinished(() => apply(before));
}
